-- question: Sent something back and bought nothing for 30 days
-- filter: any(cancellation) and none(purchase, last 30 days)
-- 筛选: 有（退货）且 无（购买，近30天）
-- yes: 264
-- no: 1485
-- unknown: 0
-- sum of ids: 3986185
SELECT id, EXISTS (SELECT 1 FROM returned r WHERE r.id = p.id)
   AND NOT EXISTS (SELECT 1 FROM bought b WHERE b.id = p.id AND day BETWEEN '2011-01-30' AND '2011-02-28') AS answer FROM person p;
