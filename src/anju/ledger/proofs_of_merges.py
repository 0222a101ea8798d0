"""What must follow for accounts that went into others."""

MERGE_PROOFS = {
    # Every fen that left the one came onto the other from the same day, and nothing else moved.
    "merged": """
        SELECT format('account %s into %s', coalesce(m.source, 0), coalesce(m.target, 0)),
               format('on %s: %s and %s left, %s and %s came', l.value_date, l.gone, l.gone_carried,
                      l.come, l.come_carried)
        FROM (
            SELECT x.voucher_id, x.value_date,
                   coalesce(-sum(x.amount) FILTER (WHERE x.account_id = y.source), 0) AS gone,
                   coalesce(-sum(x.carried_delta) FILTER (WHERE x.account_id = y.source), 0)
                       AS gone_carried,
                   coalesce(sum(x.amount) FILTER (WHERE x.account_id = y.target), 0) AS come,
                   coalesce(sum(x.carried_delta) FILTER (WHERE x.account_id = y.target), 0)
                       AS come_carried,
                   count(*) FILTER (WHERE x.account_id NOT IN (y.source, y.target)) AS others
            FROM ledger_member_line x
            LEFT JOIN ledger_account_merge y ON y.voucher_id = x.voucher_id
            WHERE x.kind = 'merged'
            GROUP BY x.voucher_id, x.value_date) l
        LEFT JOIN ledger_account_merge m ON m.voucher_id = l.voucher_id
        WHERE m.source IS NULL OR l.others <> 0
           OR (l.gone, l.gone_carried) <> (l.come, l.come_carried)
        UNION ALL
        SELECT format('account %s', m.source), format('went into %s and is %s', m.target, a.state)
        FROM ledger_account_merge m JOIN ledger_account a ON a.id = m.source
        WHERE a.state <> 'closed'
        UNION ALL
        SELECT format('account %s', a.id), 'is closed by no order and went into no other'
        FROM ledger_account a
        WHERE a.state = 'closed'
          AND NOT EXISTS (SELECT FROM ledger_account_merge m WHERE m.source = a.id)
          AND NOT EXISTS (SELECT FROM ledger_hold h WHERE h.account_id = a.id
                          AND h.purpose = 'closing' AND h.state = 'settled')
    """,
}
