"""What banks say of their accounts: their lines beside ours, and each day's sheet."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('treasury', '0005_interest_run'),
    ]

    operations = [
        migrations.CreateModel(
            name='BankLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.CharField(max_length=40)),
                ('serial', models.CharField(max_length=64)),
                ('booked_on', models.DateField()),
                ('amount_fen', models.BigIntegerField()),
                ('balance_fen', models.BigIntegerField()),
                ('reversal', models.BooleanField()),
                ('occurred_at', models.DateTimeField()),
                ('mark', models.CharField(blank=True, max_length=40)),
                ('state', models.CharField(choices=[('open', '未达'), ('matched', '已勾对'), ('broken', '待查')], default='open', max_length=8)),
            ],
            options={
                'indexes': [models.Index(fields=['account', 'booked_on'], name='bank_lines_of_a_day'), models.Index(condition=models.Q(('state', 'matched'), _negated=True), fields=['account'], name='bank_lines_unmatched')],
                'constraints': [models.UniqueConstraint(fields=('account', 'serial', 'booked_on', 'amount_fen', 'reversal'), name='bank_line_once')],
            },
        ),
        migrations.CreateModel(
            name='ReconciledDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.CharField(max_length=40)),
                ('on', models.DateField()),
                ('books_fen', models.BigIntegerField()),
                ('bank_fen', models.BigIntegerField()),
                ('theirs_in_fen', models.BigIntegerField()),
                ('theirs_out_fen', models.BigIntegerField()),
                ('ours_in_fen', models.BigIntegerField()),
                ('ours_out_fen', models.BigIntegerField()),
                ('reconciled_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'on'), name='day_reconciled')],
            },
        ),
        migrations.CreateModel(
            name='BooksLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.CharField(max_length=40)),
                ('accounting_date', models.DateField()),
                ('voucher_id', models.BigIntegerField()),
                ('line_no', models.IntegerField()),
                ('amount_fen', models.BigIntegerField()),
                ('mark', models.CharField(blank=True, max_length=40)),
                ('state', models.CharField(choices=[('open', '未达'), ('matched', '已勾对'), ('broken', '待查')], default='open', max_length=8)),
                ('bank_line', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='books_line', to='treasury.bankline')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'matched'), _negated=True), fields=['account'], name='books_lines_unmatched'), models.Index(fields=['mark'], name='books_lines_by_mark')],
                'constraints': [models.UniqueConstraint(fields=('voucher_id', 'line_no'), name='books_line_once'), models.CheckConstraint(condition=models.Q(models.Q(('bank_line__isnull', False), ('state', 'matched')), models.Q(models.Q(('state', 'matched'), _negated=True), ('bank_line__isnull', True)), _connector='OR'), name='matched_with_a_bank_line')],
            },
        ),
    ]
