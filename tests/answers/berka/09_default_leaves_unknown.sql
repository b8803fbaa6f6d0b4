-- question: A default leaves nothing unknown
-- filter: (unemployment default 0) < 1
-- 筛选: (失业率 缺省 0) < 1
-- yes: 889
-- no: 4480
-- unknown: 0
-- sum of ids: 2967435
SELECT p.id, coalesce(unemployment, 0) < 1 AS answer FROM person p;
