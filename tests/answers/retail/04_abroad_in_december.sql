-- question: From abroad, bought in December
-- filter: country != "United Kingdom" and any(purchase, between 2010-12-01 and 2010-12-31)
-- yes: 70
-- no: 1679
-- unknown: 0
-- sum of ids: 906107
SELECT id, country <> 'United Kingdom' AND EXISTS (SELECT 1 FROM bought b WHERE b.id = p.id AND day BETWEEN '2010-12-01' AND '2010-12-31') AS answer FROM person p;
