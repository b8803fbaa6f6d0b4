-- question: Nothing for 90 days after an order of 100 dollars or more, and the 90 days are over
-- filter: followed(purchase where dollars >= 100, no purchase within 90 days)
-- yes: 106
-- no: 2251
-- unknown: 0
-- sum of ids: 112861
SELECT p.id, EXISTS (SELECT 1 FROM numbered a WHERE a.id = p.id AND a.cents >= 10000 AND date(a.day, '+90 days') < '1998-06-30'
   AND NOT EXISTS (SELECT 1 FROM numbered b WHERE b.id = a.id AND (b.day > a.day OR b.day = a.day AND b.number > a.number)
      AND julianday(b.day) - julianday(a.day) <= 90)) AS answer FROM person p;
