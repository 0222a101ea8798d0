"""The tables, and the chart of accounts the halls post to."""

from django.db import migrations, models

from anju.ledger import sql


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        sql.run("tables", "subjects"),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('person_id', models.BigIntegerField()),
                ('employer_id', models.BigIntegerField(null=True)),
                ('state', models.TextField()),
                ('opened_on', models.DateField()),
                ('balance', models.BigIntegerField()),
                ('carried', models.BigIntegerField()),
                ('held', models.BigIntegerField()),
                ('v', models.BigIntegerField()),
                ('v_carried', models.BigIntegerField()),
                ('interest_from', models.DateField()),
                ('n_prev', models.BigIntegerField(null=True)),
                ('n_prev_carried', models.BigIntegerField(null=True)),
                ('last_voucher', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'ledger_account',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='BusinessDay',
            fields=[
                ('pk', models.CompositePrimaryKey('day', 'segment', blank=True, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('segment', models.TextField()),
                ('state', models.TextField()),
                ('root', models.BinaryField(null=True)),
                ('prev_root', models.BinaryField(null=True)),
                ('signature', models.BinaryField(null=True)),
                ('signer1', models.TextField(null=True)),
                ('signer2', models.TextField(null=True)),
            ],
            options={
                'db_table': 'ledger_business_day',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Freeze',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('account_id', models.BigIntegerField()),
                ('authority', models.TextField()),
                ('doc_no', models.TextField()),
                ('rank', models.IntegerField()),
                ('amount', models.BigIntegerField(null=True)),
                ('from_day', models.DateField()),
                ('until_day', models.DateField(null=True)),
                ('state', models.TextField()),
                ('lifted_doc_no', models.TextField(null=True)),
            ],
            options={
                'db_table': 'ledger_freeze',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='GlLine',
            fields=[
                ('pk', models.CompositePrimaryKey('accounting_date', 'voucher_id', 'line_no', blank=True, editable=False, primary_key=True, serialize=False)),
                ('accounting_date', models.DateField()),
                ('voucher_id', models.BigIntegerField()),
                ('line_no', models.IntegerField()),
                ('subject', models.TextField()),
                ('employer_id', models.BigIntegerField(null=True)),
                ('bank_account_id', models.BigIntegerField(null=True)),
                ('amount', models.BigIntegerField()),
            ],
            options={
                'db_table': 'ledger_gl_line',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('account_id', models.BigIntegerField()),
                ('case_id', models.BigIntegerField(unique=True)),
                ('purpose', models.TextField()),
                ('state', models.TextField()),
                ('amount', models.BigIntegerField()),
                ('interest', models.BigIntegerField(null=True)),
                ('interest_until', models.DateField(null=True)),
                ('n', models.BigIntegerField(null=True)),
                ('rate', models.TextField(null=True)),
                ('order_no', models.TextField(null=True, unique=True)),
                ('account_state', models.TextField(null=True)),
                ('voucher_id', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'ledger_hold',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='InterestSettlement',
            fields=[
                ('pk', models.CompositePrimaryKey('account_id', 'year', 'revision', blank=True, editable=False, primary_key=True, serialize=False)),
                ('account_id', models.BigIntegerField()),
                ('year', models.IntegerField()),
                ('revision', models.IntegerField()),
                ('n', models.BigIntegerField()),
                ('rate', models.TextField(null=True)),
                ('interest', models.BigIntegerField()),
                ('rolled', models.BigIntegerField()),
                ('state', models.TextField()),
                ('voucher_id', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'ledger_interest_settlement',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Loan',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('person_id', models.BigIntegerField()),
                ('contract_no', models.TextField(unique=True)),
                ('opened_on', models.DateField()),
                ('balance', models.BigIntegerField()),
                ('last_voucher', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'ledger_loan',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='LoanLine',
            fields=[
                ('pk', models.CompositePrimaryKey('loan_id', 'accounting_date', 'voucher_id', 'line_no', blank=True, editable=False, primary_key=True, serialize=False)),
                ('loan_id', models.BigIntegerField()),
                ('accounting_date', models.DateField()),
                ('voucher_id', models.BigIntegerField()),
                ('line_no', models.IntegerField()),
                ('kind', models.TextField()),
                ('amount', models.BigIntegerField()),
                ('value_date', models.DateField()),
                ('balance_after', models.BigIntegerField()),
            ],
            options={
                'db_table': 'ledger_loan_line',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='MemberLine',
            fields=[
                ('pk', models.CompositePrimaryKey('account_id', 'accounting_date', 'voucher_id', 'line_no', blank=True, editable=False, primary_key=True, serialize=False)),
                ('account_id', models.BigIntegerField()),
                ('accounting_date', models.DateField()),
                ('voucher_id', models.BigIntegerField()),
                ('line_no', models.IntegerField()),
                ('kind', models.TextField()),
                ('amount', models.BigIntegerField()),
                ('carried_delta', models.BigIntegerField()),
                ('value_date', models.DateField()),
                ('balance_after', models.BigIntegerField()),
            ],
            options={
                'db_table': 'ledger_member_line',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='PostingKey',
            fields=[
                ('pk', models.CompositePrimaryKey('scope', 'key', blank=True, editable=False, primary_key=True, serialize=False)),
                ('scope', models.TextField()),
                ('key', models.TextField()),
                ('payload_hash', models.BinaryField()),
                ('result', models.JSONField()),
            ],
            options={
                'db_table': 'ledger_posting_key',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Subject',
            fields=[
                ('code', models.TextField(primary_key=True, serialize=False)),
                ('name', models.TextField()),
                ('side', models.TextField()),
            ],
            options={
                'db_table': 'ledger_subject',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Suspense',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('subject', models.TextField()),
                ('source_type', models.TextField()),
                ('source_id', models.TextField()),
                ('balance', models.BigIntegerField()),
            ],
            options={
                'db_table': 'ledger_suspense',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='SuspenseLine',
            fields=[
                ('pk', models.CompositePrimaryKey('suspense_id', 'accounting_date', 'voucher_id', 'line_no', blank=True, editable=False, primary_key=True, serialize=False)),
                ('suspense_id', models.BigIntegerField()),
                ('accounting_date', models.DateField()),
                ('voucher_id', models.BigIntegerField()),
                ('line_no', models.IntegerField()),
                ('kind', models.TextField()),
                ('amount', models.BigIntegerField()),
                ('account_id', models.BigIntegerField(null=True)),
                ('balance_after', models.BigIntegerField()),
            ],
            options={
                'db_table': 'ledger_suspense_line',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Voucher',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.TextField()),
                ('accounting_date', models.DateField()),
                ('segment', models.TextField()),
                ('source_type', models.TextField()),
                ('source_id', models.TextField()),
                ('seq', models.IntegerField()),
                ('gl_lines', models.IntegerField()),
                ('member_lines', models.IntegerField()),
                ('loan_lines', models.IntegerField()),
                ('suspense_lines', models.IntegerField()),
                ('debit_total', models.BigIntegerField()),
                ('credit_total', models.BigIntegerField()),
                ('member_total', models.BigIntegerField()),
                ('loan_total', models.BigIntegerField()),
                ('suspense_total', models.BigIntegerField()),
                ('reverses', models.BigIntegerField(null=True)),
                ('summary', models.TextField()),
                ('maker', models.TextField(null=True)),
                ('checker', models.TextField(null=True)),
                ('occurred_at', models.DateTimeField()),
                ('posted_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'ledger_voucher',
                'abstract': False,
                'managed': False,
            },
        ),
    ]
