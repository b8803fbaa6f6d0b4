-- question: Customers whose co-holders live in districts of together 100,000 people or more
-- filter: count(co_holder) >= 1 and sum(co_holder.inhabitants) >= 100k
-- yes: 1174
-- no: 4195
-- unknown: 0
-- sum of ids: 3862493
SELECT p.id, EXISTS (SELECT 1 FROM shares s WHERE s.id = p.id) AND coalesce((SELECT sum(o.inhabitants) FROM shares s JOIN person o ON o.id = s.other WHERE s.id = p.id), 0) >= 100000 AS answer FROM person p;
