-- Interest years with more than one rate: carried and current money apart, or rates that changed
-- within the year. The terms of such a year stand in its settlement rows:
--
--   {"per": 10000, "rounding": "whole" or "parts",
--    "stretches": [["2014-07-01", "2015-07-01", 171, 35], …]}
--
-- Each stretch is days from the first until before the second, and the yearly rates of carried and
-- of current money on them, both over "per".

-- One account's year from its lines: N and interest. What counts from before the year is carried;
-- what came within it is current, however late it was booked; withdrawals as they were split.
CREATE FUNCTION _ledger_year_by_terms(
    p_account bigint, p_year integer, p_terms jsonb, p_base integer, OUT n bigint, OUT interest bigint
)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    WITH line AS (
        SELECT value_date, amount,
               CASE WHEN value_date < make_date(p_year - 1, 7, 1) OR kind = 'interest' THEN amount
                    WHEN accounting_date >= make_date(p_year, 7, 1) THEN least(carried_delta, 0)
                    ELSE carried_delta END AS carried
        FROM ledger_member_line
        WHERE account_id = p_account AND value_date < make_date(p_year, 7, 1)
    ), product AS (
        SELECT s.carried_rate, s.current_rate,
               coalesce(sum(l.amount * d.days), 0) AS n,
               coalesce(sum(l.carried * d.days), 0) AS carried
        FROM (SELECT (x ->> 0)::date AS since, (x ->> 1)::date AS until,
                     (x ->> 2)::bigint AS carried_rate, (x ->> 3)::bigint AS current_rate
              FROM jsonb_array_elements(p_terms -> 'stretches') x) s
        LEFT JOIN line l ON l.value_date < s.until
        LEFT JOIN LATERAL (SELECT s.until - greatest(l.value_date, s.since) AS days) d ON true
        GROUP BY s.since, s.carried_rate, s.current_rate
    ), part AS (
        SELECT n, current_rate AS rate FROM product WHERE carried_rate = current_rate
        UNION ALL
        SELECT carried, carried_rate FROM product WHERE carried_rate <> current_rate
        UNION ALL
        SELECT n - carried, current_rate FROM product WHERE carried_rate <> current_rate
    )
    SELECT (SELECT sum(n) FROM product)::bigint,
           CASE p_terms ->> 'rounding'
               WHEN 'parts' THEN sum(ledger_interest_of(
                   n::bigint, rate, (p_terms -> 'per')::bigint, p_base))::bigint
               ELSE ledger_interest_of(sum(n * rate)::bigint, 1, (p_terms -> 'per')::bigint, p_base)
           END
    FROM part
$$;
