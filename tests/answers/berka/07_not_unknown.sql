-- question: A negation does not turn unknown into yes
-- filter: not (unemployment < 3)
-- 筛选: 非 (失业率 < 3)
-- yes: 2325
-- no: 2983
-- unknown: 61
-- sum of ids: 7862850
SELECT p.id, NOT (unemployment < 3) AS answer FROM person p;
