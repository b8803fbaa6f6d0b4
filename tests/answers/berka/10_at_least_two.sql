-- question: At least two of three: some unknown
-- filter: at least 2 of (gender = female, unemployment >= 3, crimes >= 4000)
-- 筛选: 至少满足 2 项(性别 = 女, 失业率 >= 3, 犯罪数 >= 4千)
-- yes: 2400
-- no: 2908
-- unknown: 61
-- sum of ids: 8052882
SELECT p.id, CASE WHEN yes >= 2 THEN 1 WHEN yes + unknown < 2 THEN 0 END AS answer FROM
 (SELECT id, (gender = 'female') + coalesce(unemployment >= 3, 0) + coalesce(crimes >= 4000, 0) AS yes,
         (unemployment IS NULL) + (crimes IS NULL) AS unknown FROM person) p;
