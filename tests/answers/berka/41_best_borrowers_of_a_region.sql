-- question: Of those who ever borrowed the ten of each region with the highest last balance
-- filter: top 10 by balance_now among any(loan) per region
-- 筛选: 前列 10 按 当前余额 范围内 有（贷款） 每个 大区
-- yes: 80
-- no: 4767
-- unknown: 522
-- sum of ids: 590146
SELECT p.id, CASE WHEN NOT p.borrows THEN 0 WHEN b.balance IS NULL THEN NULL
   ELSE (SELECT count(*) FROM borrower o JOIN last_balance q ON q.id = o.id WHERE o.borrows AND o.region = p.region AND q.balance > b.balance) < 10 END AS answer
FROM borrower p LEFT JOIN last_balance b ON b.id = p.id;
