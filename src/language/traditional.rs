//! Traditional Chinese characters and their simplified forms, as far as rules use them: so that a
//! name or word in the other script is answered with the right one. Turns texts for comparing
//! only; nothing is ever written so.

use std::borrow::Cow;

/// Each traditional character, followed by its simplified form.
const PAIRS: &str = "個个為为與与於于則则無无沒没萬万億亿週周歲岁齡龄資资產产總总額额貸贷狀状態态關关係系擔担錄录訴诉費费戶户開开業业務务員员時时間间點点數数組组標标籤签類类別别級级種种評评價价計计\
條条網网櫃柜續续終终結结確确認认發发現现動动電电話话號号碼码郵邮賬账帳账單单據据買买賣卖財财險险銀银錢钱幣币貨货購购進进過过還还達达遠远運运連连邊边選选遞递後后從从來来對对應应\
當当給给經经濟济營营銷销聯联絡络線线紀纪約约統统設设訊讯詢询請请談谈證证識识譯译議议護护變变讓让賠赔質质贈赠趨趋車车輕轻較较輸输轉转辦办農农鄉乡醫医釋释長长門门閉闭問问閱阅陽阳\
陰阴階阶際际隨随雙双離离難难雲云靜静響响頁页項项順顺預预領领頻频題题願愿顯显風风飛飞養养館馆馬马驗验魚鱼黃黄齊齐內内兩两兒儿冊册劃划創创劑剂勞劳勢势勝胜區区協协壓压報报場场塊块\
塵尘墊垫壞坏處处備备復复夠够實实審审寫写寬宽專专將将尋寻導导層层屬属嶺岭島岛嚴严幫帮幹干廣广廠厂廳厅張张強强彈弹彙汇徑径徵征憑凭戰战執执擇择擴扩擾扰攤摊敗败敵敌斷断會会術术機机\
權权極极構构樣样檢检檔档歡欢歷历歸归殘残毀毁決决減减測测準准溫温滿满滾滚漲涨潛潜災灾熱热獎奖獲获環环畫画異异療疗盡尽監监盤盘眾众禮礼稅税稱称積积穩稳窮穷競竞筆笔篩筛節节範范簡简\
簽签籌筹紅红納纳純纯細细紹绍絕绝維维編编緩缓縮缩繳缴罰罚義义習习聲声職职聽听臨临舉举舊旧華华蓋盖藥药衛卫補补裝装製制複复見见規规視视親亲覺觉觀观訂订託托許许診诊詞词試试該该詳详\
語语說说課课調调論论謝谢讀读貝贝負负責责貴贵貿贸賞赏賴赖軟软載载輔辅輪轮辭辞遲迟遷迁適适鄰邻醜丑鐘钟鐵铁鑰钥錯错鍵键鎖锁鏈链鑒鉴闊阔隊队陳陈陸陆隱隐雜杂須须顧顾餘余騙骗驟骤體体\
鬆松麗丽";

/// The same text in simplified characters; borrowed where nothing changes.
pub fn simplified(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let turned: String = text.chars().map(of).collect();
    match turned == text {
        true => Cow::Borrowed(text),
        false => Cow::Owned(turned),
    }
}

fn of(character: char) -> char {
    let mut pairs = PAIRS.chars();
    while let (Some(traditional), Some(simplified)) = (pairs.next(), pairs.next()) {
        if traditional == character {
            return simplified;
        }
    }
    character
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_other_script_are_turned() {
        assert_eq!(simplified("資產總額"), "资产总额");
        assert_eq!(simplified("年齡"), "年龄");
        assert_eq!(simplified("客戶經理"), "客户经理");
        assert_eq!(simplified("assets"), "assets");
        assert!(matches!(simplified("年龄"), Cow::Borrowed(_)));
    }

    /// A simplified form is never itself turned, so that turning twice changes nothing.
    #[test]
    fn pairs_are_whole() {
        assert_eq!(PAIRS.chars().count() % 2, 0);
        for simple in PAIRS.chars().skip(1).step_by(2) {
            assert_eq!(of(simple), simple);
        }
    }
}
