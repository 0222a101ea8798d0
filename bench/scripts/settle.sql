\set n :n + 1
\set account :first + :client_id * :each + :n - 1
\set bank 10100 + random(1, :banks)
BEGIN;
SELECT id AS hold FROM ledger_hold WHERE case_id = :account \gset
SELECT * FROM ledger_settle_hold(:hold, true, 'ledger.settle', 'BENCH:account', '\xf77f6d6ac3f6a3af9e7b33f4c5dd0d8a1f7c7f4c3f6c7f1f36a1e3c6c2a0a5b0', '{"vouchers":[{"kind":"withdrawals.retirement","source_type":"case","source_id":"BENCH:account","seq":0,"summary":"退休提取","maker":null,"checker":null,"occurred_at":"2026-11-20T10:00:00+08:00","reverses":null,"gl":[{"subject":"201","amount":1000000,"employer_id":7,"bank_account_id":null},{"subject":"41101","amount":5333,"employer_id":null,"bank_account_id":null},{"subject":"101","amount":-1005333,"employer_id":null,"bank_account_id": :bank}],"members":[{"account_id": :account,"amount":-1000000,"kind":"withdrawal","value_date":"2026-11-20","carried":null}]}]}');
COMMIT;
