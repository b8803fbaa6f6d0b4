-- question: Five invoices or more
-- filter: distinct(purchase.invoice) >= 5
-- 筛选: 去重数（购买.发票） >= 5
-- yes: 114
-- no: 1635
-- unknown: 0
-- sum of ids: 1746525
SELECT id, (SELECT count(DISTINCT invoice) FROM bought b WHERE b.id = p.id) >= 5 AS answer FROM person p;
