-- question: A pension in the last three months
-- filter: any(credit where purpose = pension, last 3 months)
-- 筛选: 有（入账 其中 用途 = 养老金，近三个月）
-- yes: 213
-- no: 5156
-- unknown: 0
-- sum of ids: 518164
SELECT p.id, EXISTS (SELECT 1 FROM paid_in m WHERE m.id = p.id AND symbol = 'DUCHOD' AND day BETWEEN '1993-12-31' AND '1994-03-30') AS answer FROM person p;
