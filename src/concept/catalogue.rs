//! The catalogue: the name of each concept, its inputs, and the source of its definition.
//!
//! A row has the number, the English term, the term of the Chinese source texts, the canonical tables
//! from which the measure is derived, and author and year. Of several alternative tables, one that
//! exists is read.

/// Declares the concepts, a row each.
macro_rules! concepts {
    ($($concept:ident $term:literal $original:literal [$($input:ident)*] $source:literal)*) => {
        /// A concept that a published column can measure.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Concept {
            $(#[doc = $term] $concept,)*
        }

        impl Concept {
            /// All of them, in the order of the catalogue.
            pub const ALL: &[Self] = &[$(Self::$concept,)*];

            /// The number, which stays.
            pub const fn number(self) -> &'static str {
                match self {
                    $(Self::$concept => stringify!($concept),)*
                }
            }

            /// The term of the field, in English.
            pub const fn term(self) -> &'static str {
                match self {
                    $(Self::$concept => $term,)*
                }
            }

            /// The term of the source texts.
            pub const fn original(self) -> &'static str {
                match self {
                    $(Self::$concept => $original,)*
                }
            }

            /// The canonical tables from which it is derived.
            pub const fn inputs(self) -> &'static [&'static str] {
                match self {
                    $(Self::$concept => &[$(stringify!($input),)*],)*
                }
            }

            /// Who defined its measure, and when.
            pub const fn source(self) -> &'static str {
                match self {
                    $(Self::$concept => $source,)*
                }
            }
        }
    };
}

concepts! {
    L1 "repeat purchase" "购买重复性, 重复购买"
        [orders order_lines] "Ehrenberg 1959; Fader and Hardie 2005"
    L2 "cross-buying" "重复购买不同产品, 交叉购买倾向"
        [orders order_lines products] "Verhoef, Franses and Hoekstra 2001; Reinartz and Kumar 2003"
    L3 "up-selling, growth of spend" "追加购买量, 升级销售"
        [orders order_lines] "Reinartz and Kumar 2003"
    L4 "share of wallet" "占需求份额, 钱包份额"
        [wallet_answers] "Ehrenberg, Uncles and Goodhardt 2004; Keiningham et al. 2011"
    L5 "time to decide" "购买时挑选时间, 决策时间"
        [sessions] "Bucklin and Sismeiro 2003"
    L6 "price sensitivity" "价格敏感"
        [orders order_lines] "Blattberg et al. 1978; Ailawadi, Neslin and Gedenk 2001"
    L7 "rule for the price-sensitive" "购物清单80%为特价"
        [orders order_lines] "Ailawadi, Neslin and Gedenk 2001"
    L8 "price premium, price tolerance" "溢价, 愿意支付溢价"
        [orders order_lines] "Fornell et al. 1996"
    L9 "immunity to competitors, intention to switch" "对竞争对手免疫, 转向竞争对手倾向"
        [survey_answers questions] "Zeithaml, Berry and Parasuraman 1996"
    L10 "tolerance of incidents" "产品质量事故承受程度, 容忍偶尔失误"
        [complaints orders order_lines] "Smith and Bolton 1998"
    L11 "recommendation and referral" "推荐, 推荐率"
        [survey_answers questions referrals] "Reichheld 2003; Kumar, Petersen and Leone 2010"
    L12 "regularity and clumpiness" "有规律地重复购买"
        [orders order_lines] "Wheat and Morrison 1990; Zhang, Bradlow and Small 2015"
    L13 "tenure and activity" "购买持续性"
        [orders order_lines] "Reinartz and Kumar 2000"
    L14 "retention" "顾客保持率"
        [orders order_lines] "Berger and Nasr 1998; Fader and Hardie 2007"
    L15 "revisit and conversion" "网上客户忠诚, 再次光临"
        [sessions] "Srinivasan, Anderson and Ponnavolu 2002; Moe and Fader 2004"
    L16 "double jeopardy, polarization" "忠诚的双重危险"
        [orders order_lines products wallet_answers] "Sabavala and Morrison 1977; Goodhardt, Ehrenberg and Chatfield 1984"

    L20 "no, latent, spurious and true loyalty" "非忠诚, 潜在忠诚, 惯性忠诚, 绝对忠诚"
        [survey_answers questions orders order_lines] "Dick and Basu 1994"
    L21 "apostles, mercenaries, hostages, defectors" "传道者, 图利者, 囚禁者, 破坏者"
        [survey_answers questions orders order_lines] "Jones and Sasser 1995"
    L22 "loyalty by benefit, trust, monopoly, kinship, inertia, and latent loyalty" "利益忠诚, 信赖忠诚, 垄断忠诚, 亲缘忠诚, 惰性忠诚, 潜在忠诚"
        [survey_answers questions orders order_lines] "Griffin 1995"
    L23 "loyalty when an offer ends" "利益忠诚: 涨价或优惠取消后离开"
        [promotions exposures orders order_lines] "Neslin 2002"
    L24 "satisfaction, switching barriers and voice" "满意, 转换障碍, 声音"
        [survey_answers questions] "Fornell 1992"
    L25 "eight switching costs in three groups" "八种转换成本: 程序, 财政, 情感"
        [survey_answers questions memberships point_entries] "Burnham, Frels and Mahajan 2003"
    L26 "switching costs that work only with satisfaction" "转换成本只有在满意时才发挥作用"
        [survey_answers questions] "Jones, Mothersbaugh and Beatty 2000; Lee, Lee and Feick 2001"
    L27 "cognitive, affective, conative and action loyalty" "情感忠诚, 行为忠诚, 态度忠诚"
        [survey_answers questions orders order_lines] "Oliver 1999"
    L28 "index of loyalty intentions" "重复购买, 交叉购买, 转向, 推荐倾向"
        [survey_answers questions] "Zeithaml, Berry and Parasuraman 1996; Johnson et al. 2001"
    L29 "loyals, habituals, variety seekers, switchers" "忠诚客户钻石模型"
        [survey_answers questions wallet_answers] "Knox 1998"
    L30 "relational benefits" "关系收益"
        [survey_answers questions] "Gwinner, Gremler and Bitner 1998"
    L31 "satisfaction of those who left" "流失者90%曾表示满意"
        [survey_answers questions orders order_lines] "Reichheld 1996"

    S1 "customer satisfaction, customer effort" "客户满意"
        [survey_answers questions] "Wilson 1927; Dixon, Freeman and Toman 2010"
    S2 "expectation and disconfirmation" "期望与感受"
        [survey_answers questions] "Oliver 1980; Spreng, MacKenzie and Olshavsky 1996"
    S3 "satisfaction with attributes, consequences and goals" "产品属性, 使用结果, 实现目标的满意"
        [survey_answers questions] "Woodruff 1997"
    S4 "below, at and above expectation" "低于, 等于, 高于期望"
        [survey_answers questions] "Zeithaml, Berry and Parasuraman 1993; Oliver, Rust and Varki 1997"
    S5 "drivers of satisfaction" "满意度驱动因素, 挖掘关键价值维度"
        [survey_answers questions] "Lindeman, Merenda and Gold 1980; Johnson 2000; Martilla and James 1977"
    S6 "satisfaction index model" "客户满意指数"
        [survey_answers questions] "Fornell et al. 1996; Tenenhaus et al. 2005"
    S7 "customer delivered value" "客户让渡价值"
        [survey_answers questions] "Kotler 1994"
    S8 "functional, emotional, social, epistemic and conditional value" "功能, 情感, 社会, 认知, 情景价值"
        [survey_answers questions] "Sheth, Newman and Gross 1991; Sweeney and Soutar 2001"
    S9 "weights of value that drift, vanish and appear" "量变: 权重渐变; 质变: 维度消失与新生"
        [survey_answers questions] "Woodruff 1997; Lin 1991"
    S10 "basic, expected, desired and unanticipated value" "基本, 预期, 期盼, 意外价值"
        [survey_answers questions] "Kano et al. 1984; Albrecht 1992; Berger et al. 1993"
    S11 "expectations that are updated" "后续期望"
        [survey_answers questions] "Johnson, Anderson and Fornell 1995"
    S12 "accumulated satisfaction" "忠诚是满意的积累"
        [survey_answers questions] "Anderson, Fornell and Lehmann 1994"
    S13 "shape of the link from satisfaction to loyalty" "满意与忠诚的关系"
        [survey_answers questions] "Jones and Sasser 1995; Anderson and Mittal 2000"
    S14 "voice and silence of the dissatisfied" "10%直接抱怨, 90%不抱怨"
        [complaints] "Hirschman 1970; TARP 1986"
    S15 "handling of complaints and recovery" "处理客户不满: 高效, 及时, 补偿"
        [complaints] "Tax, Brown and Chandrashekaran 1998; McCollough, Berry and Yadav 2000"
    S16 "contacts against plan" "热线预期, 首月超"
        [contacts complaints] "Garwood 1936"
    S17 "service quality" "服务细节, 质量"
        [survey_answers questions] "Parasuraman, Zeithaml and Berry 1988; Cronin and Taylor 1992"
    S18 "satisfaction weighted by value" "高价值客户的关键满意因素"
        [survey_answers questions orders order_lines] "Rust, Lemon and Zeithaml 2004"
    S19 "satisfaction by touch-point" "客户体验接触点"
        [survey_answers questions] "Kahneman et al. 1993; Lemon and Verhoef 2016"

    E1 "customer lifetime value" "客户终身价值"
        [orders order_lines] "Berger and Nasr 1998; Fader, Hardie and Lee 2005"
    E2 "transaction, referral, growth and knowledge value" "交易价值, 推荐价值, 成长价值, 知识价值"
        [orders order_lines referrals suggestions] "Kumar et al. 2010"
    E3 "customer equity" "客户资产"
        [orders order_lines] "Blattberg and Deighton 1996; Rust, Lemon and Zeithaml 2004"
    E4 "value, brand and relationship equity" "价值资产, 品牌资产, 关系资产"
        [brand_ratings orders order_lines] "Rust, Lemon and Zeithaml 2004"
    E5 "customer pyramid" "客户金字塔"
        [orders order_lines] "Zeithaml, Rust and Lemon 2001"
    E6 "concentration" "2.5%客户=33%销售额"
        [orders order_lines] "Schmittlein, Cooper and Morrison 1993"
    E7 "profit by year of tenure" "长期利润: 争取成本, 基本利润, 收入增长, 成本节约, 推荐, 溢价"
        [orders order_lines costs referrals] "Reichheld and Sasser 1990"
    E8 "customer profitability" "利润=TR−TC"
        [orders order_lines costs] "Kaplan and Narayanan 2001"
    E9 "payback of acquisition" "先亏损后盈利"
        [customers orders order_lines] "Blattberg and Deighton 1996"
    E10 "lifetime value of a cohort so far" "客户一生总收入"
        [orders order_lines] "Berger and Nasr 1998"
    E11 "additional value" "附加价值: 联合销售, 市场准入, 转卖"
        [partner_revenues] "Stahl, Matzler and Hinterhuber 2003"
    E12 "value of information" "信息价值"
        [suggestions] "Kumar et al. 2010"
    E13 "acquisition cost" "获取成本"
        [customers costs] "Blattberg and Deighton 1996"
    E14 "elasticity of value to retention" "保留率变1%→价值5%"
        [orders order_lines] "Gupta, Lehmann and Stuart 2004"

    G1 "recency, frequency and monetary value" "RFM"
        [orders order_lines] "Hughes 1994; Blattberg, Kim and Neslin 2008"
    G2 "a-priori and benefit segments" "人口, 地理, 行为, 心理, 需求细分"
        [customers demographics] "Haley 1968; Wedel and Kamakura 2000"
    G3 "stage of the life cycle" "生命周期阶段"
        [orders order_lines] "Dwyer 1989; Pfeifer and Carraway 2000"
    G4 "affinity to categories" "注重健康一族"
        [orders order_lines products] "Good 1965; Agrawal, Imieliński and Swami 1993"
    G5 "coverage of the database" "合并数据库, 卡登记50%"
        [orders order_lines] "Fellegi and Sunter 1969"
    G6 "choice of targets" "客户分级, 目标客户"
        [promotions exposures orders order_lines] "Bult and Wansbeek 1995; Radcliffe 2007"

    P1 "effect of a programme" "金卡, 对照组"
        [memberships orders order_lines] "Deng et al. 2013; Imbens and Rubin 2015"
    P2 "financial, social and structural bonds" "一级, 二级, 三级忠诚计划"
        [memberships point_entries] "Berry and Parasuraman 1991"
    P3 "figures of a programme" "实际性, 可选择性, 便利性, 成本可控性, 增加信息"
        [memberships point_entries] "O'Brien and Jones 1995"
    P4 "growth of membership" "会员增到40万"
        [memberships] "Dowling and Uncles 1997"
    P5 "effect of a birthday offer" "生日礼物→65%回头客"
        [promotions exposures birthdays orders order_lines] "Thistlethwaite and Campbell 1960"
    P6 "memory of preferences" "偏好卡, 识别姓名"
        [preferences] "Peppers, Rogers and Dorf 1999"
    P7 "collaborative, adaptive, cosmetic and transparent customisation" "合作, 适应, 形式, 透明定制化"
        [customisations orders order_lines] "Gilmore and Pine 1997"

    C1 "churn" "客户流失率"
        [orders order_lines] "Kaplan and Meier 1958; Fader and Hardie 2007"
    C2 "causes of defection" "竞争, 负面事件, 产品不足, 消极服务, 伦理"
        [complaints orders order_lines] "Keaveney 1995; Fine and Gray 1999"
    C3 "win-back" "挽回流程"
        [win_back_contacts orders order_lines] "Stauss and Friege 1999; Griffin and Lowenstein 2001"
    C4 "broken promises" "网站过期优惠未兑现"
        [advertised_prices orders order_lines] "Bitner, Booms and Tetreault 1990"
    C5 "whom to keep from leaving" "流失分析与预防"
        [orders order_lines] "Neslin et al. 2006; Ascarza 2018"

    K1 "indicators of the relationship" "关系营销指标体系"
        [orders order_lines survey_answers questions] "Morgan and Hunt 1994"
    K2 "targets of six goals" "满意, 忠诚, 终身价值, 流失, 推荐, 反馈, 品牌"
        [targets orders order_lines survey_answers questions] "Kaplan and Norton 1992; Holm 1979"
    K3 "service-profit chain" "员工培训"
        [employee_answers survey_answers questions] "Heskett et al. 1994"
    K4 "level of service on the telephone" "呼叫中心"
        [contacts] "Erlang 1917; Gans, Koole and Mandelbaum 2003"
}
