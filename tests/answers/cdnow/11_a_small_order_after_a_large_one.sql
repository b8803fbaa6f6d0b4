-- question: Within 30 days after an order of five discs or more another one of less than half the price
-- filter: followed(a: purchase where a.discs >= 5, b: purchase where b.dollars < a.dollars / 2 within 30 days)
-- 筛选: 先后（a: 购买 其中 a.张数 >= 5，b: 购买 其中 b.金额 < a.金额 / 2 30天内）
-- yes: 98
-- no: 2259
-- unknown: 0
-- sum of ids: 106304
SELECT p.id, EXISTS (SELECT 1 FROM numbered a JOIN numbered b ON b.id = a.id AND (b.day > a.day OR b.day = a.day AND b.number > a.number)
   WHERE a.id = p.id AND a.discs >= 5 AND 2 * b.cents < a.cents AND julianday(b.day) - julianday(a.day) <= 30) AS answer FROM person p;
