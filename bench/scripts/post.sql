\set n :n + 1
\set account :first + random(1, :spread) - 1
\set bank 10100 + random(1, :banks)
\set amount random(1, 99)
BEGIN;
SELECT * FROM ledger_post('bench', ':run-:client_id-:n', '\xf77f6d6ac3f6a3af9e7b33f4c5dd0d8a1f7c7f4c3f6c7f1f36a1e3c6c2a0a5b0', '{:account}', '{"vouchers":[{"kind":"withdrawals.partial","source_type":"bench","source_id":":run-:client_id-:n","seq":0,"summary":"提取","maker":null,"checker":null,"occurred_at":"2026-11-20T10:00:00+08:00","reverses":null,"gl":[{"subject":"201","amount": :amount,"employer_id":7,"bank_account_id":null},{"subject":"101","amount":-:amount,"employer_id":null,"bank_account_id": :bank}],"members":[{"account_id": :account,"amount":-:amount,"kind":"withdrawal","value_date":"2026-11-20","carried":null}]}]}');
COMMIT;
