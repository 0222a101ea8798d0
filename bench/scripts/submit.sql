\set n :n + 1
\set account :first + :client_id * :each + :n - 1
BEGIN;
SELECT ledger_enter_day();
SELECT * FROM ledger_lock_accounts(ARRAY[:account]);
SELECT ledger_place_hold(:account, :account, 'closing', 1000000) AS hold \gset
SELECT ledger_order_hold(:hold, 'BENCH:account', 1000000, 5333, '2026-11-20', '3/200', 360);
COMMIT;
