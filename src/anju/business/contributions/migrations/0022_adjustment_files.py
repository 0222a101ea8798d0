"""Files of new bases are read by a job."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0021_flexible_agreements'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='baseadjustment',
            name='file_problems',
        ),
        migrations.CreateModel(
            name='AdjustmentFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_key', models.CharField(max_length=80)),
                ('file_sha256', models.CharField(max_length=64)),
                ('sent_at', models.DateTimeField()),
                ('sent_by', models.CharField(max_length=30)),
                ('touched_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('reading', '正在读取'), ('taken', '已填写'), ('refused', '不能读取'), ('left', '未采用')], default='reading', max_length=7)),
                ('total', models.IntegerField(default=0)),
                ('done', models.IntegerField(default=0)),
                ('says', models.TextField(blank=True)),
                ('problems', models.JSONField(default=list)),
                ('adjustment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='contributions.baseadjustment')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('state', 'reading')), fields=('adjustment',), name='one_adjustment_file_at_a_time'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('says', ''), _negated=True), _connector='OR'), name='refused_adjustment_file_says_why'),
                ],
            },
        ),
    ]
