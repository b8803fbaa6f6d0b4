-- question: The same thing bought and sent back within 7 days
-- filter: followed(p: purchase, c: cancellation where c.stock = p.stock within 7 days)
-- yes: 239
-- no: 1510
-- unknown: 0
-- sum of ids: 3612697
SELECT p.id, EXISTS (SELECT 1 FROM bought b JOIN returned r ON r.id = b.id AND r.stock = b.stock AND (r.at > b.at OR r.at = b.at AND r.number > b.number)
   AND julianday(r.day) - julianday(b.day) <= 7 WHERE b.id = p.id) AS answer FROM person p;
