"""What is to be done with money that came back: paid again, or put on its account again."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "return_wishes.sql"


class Migration(migrations.Migration):
    dependencies = [("treasury", "0011_epochs")]
    operations = [
        migrations.RenameModel("PayAgain", "ReturnWish"),
        *(
            migrations.RemoveConstraint("ReturnWish", name)
            for name in ("pay_again_two_people", "pay_again_state", "one_live_pay_again")
        ),
        migrations.AddField(
            model_name='returnwish',
            name='deed',
            field=models.CharField(choices=[('pay_again', 'Pay Again'), ('reinstate', 'Reinstate')], default='pay_again', max_length=10),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='returnwish',
            name='voucher_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='returnwish',
            name='card_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='returnwish',
            name='last',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wishes', to='treasury.paymentorder'),
        ),
        migrations.AlterField(
            model_name='returnwish',
            name='state',
            field=models.CharField(choices=[('submitted', 'Submitted'), ('ordered', 'Ordered'), ('reinstated', 'Reinstated'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn')], default='submitted', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='returnwish',
            constraint=models.CheckConstraint(condition=models.Q(('checker__isnull', True), models.Q(('checker', models.F('maker')), _negated=True), _connector='OR'), name='return_wish_two_people'),
        ),
        migrations.AddConstraint(
            model_name='returnwish',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('card_id__isnull', False), ('deed', 'pay_again')), models.Q(('card_id__isnull', True), ('deed', 'reinstate')), _connector='OR'), name='return_wish_card'),
        ),
        migrations.AddConstraint(
            model_name='returnwish',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checker__isnull', True), ('order__isnull', True), ('state__in', ('submitted', 'withdrawn')), ('voucher_id__isnull', True)), models.Q(('checker__isnull', False), ('order__isnull', True), ('state', 'rejected'), ('voucher_id__isnull', True)), models.Q(('checker__isnull', False), ('deed', 'pay_again'), ('order__isnull', False), ('state', 'ordered'), ('voucher_id__isnull', True)), models.Q(('checker__isnull', False), ('deed', 'reinstate'), ('order__isnull', True), ('state', 'reinstated'), ('voucher_id__isnull', False)), _connector='OR'), name='return_wish_state'),
        ),
        migrations.AddConstraint(
            model_name='returnwish',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('submitted', 'ordered', 'reinstated'))), fields=('last',), name='one_live_return_wish'),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
