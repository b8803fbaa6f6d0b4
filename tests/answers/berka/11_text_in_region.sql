-- question: Regions whose name ends in Bohemia, whatever the case
-- filter: region ~ends with "BOHEMIA" and not (region ~= "Central bohemia")
-- 筛选: 大区 ~结尾为 "BOHEMIA" 且 非 (大区 ~= "Central bohemia")
-- yes: 2185
-- no: 3184
-- unknown: 0
-- sum of ids: 7138779
SELECT p.id, lower(region) LIKE '%bohemia' AND lower(region) <> 'central bohemia' AS answer FROM person p;
