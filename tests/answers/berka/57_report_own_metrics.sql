-- question: Owners by how much came in over 90 days
-- report: report r where role = owner per band: case { sum(credit.amount, last 90 days) = 0: "a none", sum(credit.amount, last 90 days) < 50k: "b little", else: "c much" } { n: count  mean: avg(sum(credit.amount, last 90 days)) }
-- row: a none|3271|0
-- row: b little|786|22141.4347
-- row: c much|443|88659.0233
SELECT CASE WHEN s = 0 THEN 'a none' WHEN s < 5000000 THEN 'b little' ELSE 'c much' END AS band, count(*), money_mean(s)
FROM (SELECT p.id, coalesce((SELECT sum(amount) FROM paid_in c WHERE c.id = p.id AND day BETWEEN '1993-12-31' AND '1994-03-30'), 0) AS s
      FROM person p WHERE role = 'owner') GROUP BY band ORDER BY band;
