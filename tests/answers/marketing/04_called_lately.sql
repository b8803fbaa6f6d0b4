-- question: Called in the 100 days before, with success or after several calls
-- filter: days_since_contact <= 100 and (earlier = success or earlier_calls >= 3)
-- yes: 1002
-- no: 7254
-- unknown: 36955
-- sum of ids: 40619291
SELECT id, days <= 100 AND (earlier = 'success' OR earlier_calls >= 3) AS answer FROM person;
