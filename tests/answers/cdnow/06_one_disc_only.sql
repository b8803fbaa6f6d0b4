-- question: Never more than one CD at a time, and bought again within 30 days of the first time
-- filter: max(purchase.discs) = 1 and count(purchase, within 30 days after first(purchase).at) > 1
-- yes: 74
-- no: 2283
-- unknown: 0
-- sum of ids: 94289
SELECT p.id, (SELECT max(discs) FROM bought b WHERE b.id = p.id) = 1
     AND (SELECT count(*) FROM bought b WHERE b.id = p.id AND day BETWEEN p.first AND date(p.first, '+30 days')) > 1 AS answer FROM person p;
