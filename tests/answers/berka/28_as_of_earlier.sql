-- question: As of the end of September 1993: three credits or more in 30 days
-- filter: count(credit, last 30 days) >= 3
-- 筛选: 次数（入账，近30天） >= 3
-- as of: 1993-09-30
-- yes: 203
-- no: 5166
-- unknown: 0
-- sum of ids: 879312
SELECT p.id, (SELECT count(*) FROM paid_in m WHERE m.id = p.id AND day BETWEEN '1993-09-01' AND '1993-09-30') >= 3 AS answer FROM person p;
