-- question: Of those with a loan the ten of each region with the highest last balance
-- filter: top 10 by balance_now among any(loan) per region
-- 筛选: 前列 10 按 当前余额 范围内 有（贷款） 每个 大区
-- yes: 37
-- no: 5332
-- unknown: 0
-- sum of ids: 301695
SELECT p.id, CASE WHEN NOT p.borrows THEN 0 WHEN b.balance IS NULL THEN NULL
   ELSE (SELECT count(*) FROM borrower o JOIN last_balance q ON q.id = o.id WHERE o.borrows AND o.region = p.region AND q.balance > b.balance) < 10 END AS answer
FROM borrower p LEFT JOIN last_balance b ON b.id = p.id;
