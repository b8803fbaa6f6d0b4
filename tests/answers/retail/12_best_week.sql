-- question: Some seven days in which 2,000 or more were spent
-- filter: peak(sum(purchase.amount), 7 days) >= 2000
-- 筛选: 峰值（合计（购买.金额），7天） >= 2000
-- yes: 56
-- no: 1693
-- unknown: 0
-- sum of ids: 832319
SELECT p.id, coalesce((SELECT max(spent) FROM (SELECT (SELECT sum(c.pence) FROM bought c WHERE c.id = p.id AND julianday(c.day) - julianday(b.day) BETWEEN 0 AND 6) AS spent
   FROM (SELECT DISTINCT day FROM bought WHERE id = p.id) b)), 0) >= 200000 AS answer FROM person p;
