"""What the bank is asked to fetch, kept by sql/collections.sql."""

from pathlib import Path

import anju.store.fields
import django.db.models.deletion
from django.db import migrations, models


SQL = Path(__file__).parent.parent / "sql" / "collections.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0003_guards'),
        ('treasury', '0015_employer_refunds'),
    ]

    operations = [
        migrations.CreateModel(
            name='CollectionOrder',
            fields=[
                ('order_no', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=20)),
                ('amount_fen', models.BigIntegerField()),
                ('agreement_no', models.CharField(max_length=40)),
                ('payer_name', anju.store.fields.SealedTextField()),
                ('payer_account', anju.store.fields.SealedTextField()),
                ('payer_bank_code', models.CharField(max_length=12)),
                ('payee_account', models.CharField(max_length=40)),
                ('summary', models.CharField(max_length=60)),
                ('written_by', models.CharField(max_length=40)),
                ('written_at', models.DateTimeField()),
                ('mac', models.CharField(max_length=160)),
                ('status', models.CharField(choices=[('written', '待发送'), ('sent', '已发送'), ('unknown', '等待银行答复'), ('paid', '已扣款'), ('failed', '未成功')], max_length=8)),
                ('sent_at', models.DateTimeField(null=True)),
                ('not_found', models.PositiveSmallIntegerField(default=0)),
                ('next_look_at', models.DateTimeField(null=True)),
                ('bank_serial', models.CharField(blank=True, default='', max_length=64)),
                ('reason', models.CharField(blank=True, default='', max_length=200)),
                ('settled_at', models.DateTimeField(null=True)),
                ('employer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.employer')),
            ],
        ),
        migrations.CreateModel(
            name='CollectionEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('said', models.CharField(max_length=40)),
                ('amount_fen', models.BigIntegerField(null=True)),
                ('reason', models.CharField(blank=True, default='', max_length=200)),
                ('status_after', models.CharField(max_length=8)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='treasury.collectionorder')),
            ],
        ),
        migrations.AddIndex(
            model_name='collectionorder',
            index=models.Index(condition=models.Q(('next_look_at__isnull', False)), fields=['next_look_at'], name='collections_to_look_at'),
        ),
        migrations.AddIndex(
            model_name='collectionorder',
            index=models.Index(fields=['number'], name='collections_of_matter'),
        ),
        migrations.AddConstraint(
            model_name='collectionorder',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0), models.Q(('agreement_no', ''), _negated=True)), name='collection_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='collectionorder',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['written', 'sent', 'unknown'])), fields=('number',), name='one_collection_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='collectionorder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', False), ('status__in', ('paid', 'failed'))), models.Q(('settled_at', None), ('status__in', ['written', 'sent', 'unknown'])), _connector='OR'), name='collection_settled_once'),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
