-- question: Three orders, each dearer than the one before, each within 60 days
-- filter: followed(a: purchase, b: purchase where b.dollars > a.dollars within 60 days, c: purchase where c.dollars > b.dollars within 60 days)
-- yes: 206
-- no: 2151
-- unknown: 0
-- sum of ids: 238194
SELECT p.id, EXISTS (SELECT 1 FROM numbered a
   JOIN numbered b ON b.id = a.id AND (b.day > a.day OR b.day = a.day AND b.number > a.number) AND b.cents > a.cents AND julianday(b.day) - julianday(a.day) <= 60
   JOIN numbered c ON c.id = b.id AND (c.day > b.day OR c.day = b.day AND c.number > b.number) AND c.cents > b.cents AND julianday(c.day) - julianday(b.day) <= 60
   WHERE a.id = p.id) AS answer FROM person p;
