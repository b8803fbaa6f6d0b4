-- question: A loan by the end of March 1994
-- filter: any(loan)
-- 筛选: 有（贷款）
-- yes: 37
-- no: 5332
-- unknown: 0
-- sum of ids: 301695
SELECT p.id, EXISTS (SELECT 1 FROM lent l WHERE l.id = p.id AND day <= '1994-03-30') AS answer FROM person p;
