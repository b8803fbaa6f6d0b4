-- question: Districts named after a town on a river or the town of Brno
-- filter: district matches "^(Brno|.* nad .*)"
-- yes: 462
-- no: 4907
-- unknown: 0
-- sum of ids: 1589488
SELECT p.id, district LIKE 'Brno%' OR district LIKE '% nad %' AS answer FROM person p;
