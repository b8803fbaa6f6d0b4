-- question: Loans of 200,000 or more that went bad, at the end of 1998
-- filter: sum(loan.amount where status in (B, D)) >= 200k
-- 筛选: 合计（贷款.金额 其中 状态 属于（B，D）） >= 20万
-- as of: 1998-12-31
-- yes: 35
-- no: 5334
-- unknown: 0
-- sum of ids: 210238
SELECT p.id, coalesce((SELECT sum(amount) FROM lent l WHERE l.id = p.id AND status IN ('B', 'D')), 0) >= 20000000 AS answer FROM person p;
