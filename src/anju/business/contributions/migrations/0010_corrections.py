"""Wrong contributions as they were put right."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0009_adjustments'),
    ]

    operations = [
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('from_month', models.DateField()),
                ('month', models.DateField()),
                ('paid_through', models.DateField(null=True)),
                ('member_fen', models.BigIntegerField()),
                ('employer_fen', models.BigIntegerField()),
                ('corrected_on', models.DateField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributions.employeraccount')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributions.enrolment')),
            ],
        ),
        migrations.CreateModel(
            name='CorrectionLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_id', models.BigIntegerField()),
                ('month', models.DateField()),
                ('member_fen', models.BigIntegerField()),
                ('employer_fen', models.BigIntegerField()),
                ('correction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='contributions.correction')),
            ],
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('from_month__day', 1), ('from_month__lte', models.F('month')), ('month__day', 1)), name='corrected_months_are_months'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('employer_fen__gte', 0), ('member_fen__gte', 0), models.Q(('member_fen__gt', 0), ('employer_fen__gt', 0), _connector='OR')), name='correction_gives_something'),
        ),
        migrations.AddIndex(
            model_name='correctionline',
            index=models.Index(fields=['account_id', 'month'], name='corrections_of_account'),
        ),
        migrations.AddConstraint(
            model_name='correctionline',
            constraint=models.UniqueConstraint(fields=('correction', 'month'), name='corrected_month_once'),
        ),
        migrations.AddConstraint(
            model_name='correctionline',
            constraint=models.CheckConstraint(condition=models.Q(('employer_fen__gte', 0), ('member_fen__gte', 0), ('month__day', 1)), name='corrected_line_is_whole'),
        ),
    ]
