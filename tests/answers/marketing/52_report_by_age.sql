-- question: Age bands: how many, how long the calls were, how many agreed
-- report: report r per band "年龄段": if age < 30 then "young" else if age < 60 then "middle" else "old", contact { n: count  seconds: round(avg(duration), 2)  longest: max(duration)  agreed: count(customer where subscribed) }
-- row: middle|cellular|24630|258.46|3422|3122
-- row: middle|telephone|2217|222.71|4918|203
-- row: middle|-|11307|248.58|3881|436
-- row: old|cellular|1148|304.2|2191|440
-- row: old|telephone|445|314.75|2187|151
-- row: old|-|191|244.06|2621|9
-- row: young|cellular|3507|281.52|2775|807
-- row: young|telephone|244|205.59|1239|36
-- row: young|-|1522|281.34|3183|85
SELECT CASE WHEN age < 30 THEN 'young' WHEN age < 60 THEN 'middle' ELSE 'old' END AS band, contact, count(*), round(avg(duration), 2), max(duration), sum(subscribed)
FROM person GROUP BY band, contact ORDER BY band, contact IS NULL, contact;
