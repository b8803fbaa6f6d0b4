-- question: Half or more of an income of 20,000 left within three days
-- filter: followed(a: credit where a.amount >= 20k, b: debit where b.amount >= a.amount / 2 within 3 days)
-- yes: 223
-- no: 5146
-- unknown: 0
-- sum of ids: 1038803
SELECT p.id, EXISTS (SELECT 1 FROM paid_in a JOIN paid_out b ON b.id = a.id AND (b.day > a.day OR b.day = a.day AND b.number > a.number)
   AND julianday(b.day) - julianday(a.day) <= 3 WHERE a.id = p.id AND a.amount >= 2000000 AND 2 * b.amount >= a.amount) AS answer FROM person p;
