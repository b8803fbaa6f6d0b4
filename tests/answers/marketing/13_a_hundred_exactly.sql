-- question: The hundred who are called most often; of those called equally often the greater number comes first
-- filter: top 100 by calls ties by id
-- 筛选: 前列 100 按 通话次数 同分按编号
-- yes: 100
-- no: 45111
-- unknown: 0
-- sum of ids: 1529852
SELECT id, row_number() OVER (ORDER BY calls DESC, CAST(id AS TEXT) DESC) <= 100 AS answer FROM person;
