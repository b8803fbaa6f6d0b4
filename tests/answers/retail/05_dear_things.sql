-- question: Bought something for 50 pounds or more a piece, or 500 pieces of one thing
-- filter: max(purchase.price) >= 50 or max(purchase.quantity) >= 500
-- yes: 83
-- no: 1599
-- unknown: 67
-- sum of ids: 1251244
SELECT id, (SELECT max(price) FROM bought b WHERE b.id = p.id) >= 50 OR (SELECT max(quantity) FROM bought b WHERE b.id = p.id) >= 500 AS answer FROM person p;
