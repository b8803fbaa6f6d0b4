-- question: Five credits within 30 days after the account was opened
-- filter: count(credit, within 30 days after first(account).at) >= 5
-- 筛选: 次数（入账，首次（账户）.时间 之后30天内） >= 5
-- yes: 57
-- no: 1172
-- unknown: 4140
-- sum of ids: 320160
SELECT p.id, (SELECT CASE WHEN o.day IS NULL THEN NULL ELSE (SELECT count(*) FROM paid_in m WHERE m.id = p.id AND m.day BETWEEN o.day AND date(o.day, '+30 days')) >= 5 END
   FROM (SELECT min(day) AS day FROM opened o WHERE o.id = p.id AND day <= '1994-03-30') o) AS answer FROM person p;
