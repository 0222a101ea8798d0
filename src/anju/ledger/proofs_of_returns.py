"""What must follow for payouts that came back onto their accounts."""

RETURN_PROOFS = {
    # What a closing order paid, on the account again: all of it, once, no earlier than it left, and
    # the interest either taken back or money of a later year.
    "reinstated order": """
        SELECT format('voucher %s, order %s', b.id, h.order_no),
               format('%s and %s until %s, came back %s and %s from %s', h.amount, h.interest,
                      h.interest_until, m.total, g.interest, m.since)
        FROM ledger_voucher b
        LEFT JOIN ledger_hold h ON h.voucher_id = b.reverses AND h.purpose = 'closing'
               AND h.state = 'settled' AND h.order_no = b.source_id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(l.amount), 0) AS total, min(l.value_date) AS since
            FROM ledger_member_line l
            WHERE l.account_id = h.account_id AND l.accounting_date = b.accounting_date
              AND l.voucher_id = b.id AND l.kind = 'reinstated') m
        CROSS JOIN LATERAL (
            SELECT coalesce(-sum(l.amount) FILTER (WHERE l.subject LIKE '411%'), 0) AS interest,
                   coalesce(sum(l.amount) FILTER (WHERE l.subject = '21902'), 0) AS waited
            FROM ledger_gl_line l
            WHERE l.accounting_date = b.accounting_date AND l.voucher_id = b.id) g
        CROSS JOIN LATERAL (
            SELECT coalesce(m.since >= make_date(extract(year FROM h.interest_until)::int + (
                       extract(month FROM h.interest_until) > 6)::int, 7, 1), false) AS later) y
        WHERE b.kind = 'payout.reinstated' AND (
            h.id IS NULL OR g.waited <> h.amount + h.interest OR m.since < h.interest_until
            OR m.total <> h.amount + CASE WHEN y.later THEN h.interest ELSE 0 END
            OR g.interest <> CASE WHEN y.later THEN 0 ELSE h.interest END)
        UNION ALL
        SELECT format('account %s', a.id), format('is %s, order %s was paid', a.state, h.order_no)
        FROM ledger_account a
        JOIN ledger_hold h ON h.account_id = a.id AND h.purpose = 'closing' AND h.state = 'settled'
        WHERE a.state <> 'closed' AND NOT EXISTS (
            SELECT FROM ledger_voucher b
            WHERE b.reverses = h.voucher_id AND b.kind = 'payout.reinstated')
    """,
}
