//! The texts of a page, in both languages. A `{}` is the placeholder of a value.

use super::language::Language;

macro_rules! words {
    ($($word:ident: $english:literal, $chinese:literal;)*) => {
        /// Something that a page says.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Word { $($word,)* }

        /// In English and in Chinese, in the order of the words.
        const SAID: &[[&str; 2]] = &[$([$english, $chinese],)*];
    };
}

impl Word {
    /// In a language.
    pub(super) fn said(self, language: Language) -> &'static str {
        SAID[self as usize][language as usize]
    }
}

words! {
    // The page.
    PageTitle: "Loyalty, satisfaction and customer equity: {}", "忠诚、满意与客户资产：{}";
    SkipToContent: "Skip to the content", "跳到正文";
    Contents: "Sections", "目录";
    Pipeline: "Pipeline", "流水线";
    Release: "Release", "发布版本";
    AsOf: "As of", "截至";
    Period: "Period", "期间";
    Footer: "Intervals are of 95 %. Amounts are in the currency of the data. Changes of shares are in \
        percentage points (pp). What is unknown is called unknown, and never 0; a dash stands where a column does \
        not apply.", "区间均为 95% 区间。金额以数据所用货币计。比率的变化以百分点（pp）计。未知的数值一律标为“未知”，\
        绝不记为 0；不适用之处以短横表示。";
    Numbers: "The numbers", "查看数据";
    Unknown: "unknown", "未知";
    Yes: "yes", "是";
    No: "no", "否";
    NoTable: "The pipeline has no table {}.", "该流水线没有表 {}。";
    NotPublished: "The table {} has not been published yet.", "表 {} 尚未发布。";
    NoRows: "The table {} has no rows for this period.", "表 {} 在本期没有数据行。";
    WouldCome: "The pipeline has no data for: {}.", "该流水线缺少以下数据：{}。";
    Unfit: "The table {} has other columns than this section reads: {}", "表 {} 的列与本节所需不符：{}";

    // Sections.
    Kpis: "Key measures", "关键指标";
    KpisLead: "What customers did and said in the period, and how that has moved since the period before.",
        "客户在本期的行为与评价，以及与上期相比的变化。";
    Equity: "Customer equity", "客户资产";
    EquityLead: "What the customers already won are worth, and what has changed that in the period.",
        "现有客户的价值，以及本期是什么改变了它。";
    Loyalty: "Loyalty and satisfaction", "忠诚与满意";
    LoyaltyLead: "Who is loyal in what way, and how customers have moved between the stages of their life.",
        "客户以何种方式忠诚，以及他们在生命周期各阶段之间的移动。";
    Cohorts: "Cohorts", "客户群组";
    CohortsLead: "Customers by the month of their first purchase.", "按首次购买月份划分的客户。";
    Drivers: "Drivers of satisfaction", "满意度驱动因素";
    DriversLead: "What explains how satisfied customers say they are. It shows what goes together, not what causes what.", "什么能解释客户的满意程度。这里反映的是相关，而非因果。";
    Models: "Models", "模型";
    ModelsLead: "What the values above rest on: how the models were fitted, and how well they predict what came.",
        "以上数值所依据的模型：拟合情况，以及对实际结果的预测效果。";
    Concentration: "Concentration", "集中度";
    ConcentrationLead: "How unevenly spend and lifetime value are spread over customers.",
        "消费额与终身价值在客户之间的分布有多不均。";
    Quality: "Data quality", "数据质量";
    QualityLead: "What stands behind the numbers of this page.", "本页数字的质量依据。";
    Missing: "What is missing", "缺少的内容";
    MissingLead: "Tables without rows, and what would supply them.", "没有数据行的表，以及补齐它们所需的数据。";

    // Key measures.
    Shares: "Rates", "比率";
    SharesText: "The measures that are shares, each with its interval and what it was in the period before.",
        "以比率表示的指标，附区间及上期数值。";
    KpisBySegment: "Key measures by segment", "各细分市场的关键指标";
    Measure: "Measure", "指标";
    Segment: "Segment", "细分市场";
    Value: "Value", "数值";
    Interval: "95 % interval", "95% 区间";
    IntervalIs: "95 % interval: {}", "95% 区间：{}";
    Numerator: "Numerator", "分子";
    Denominator: "Denominator", "分母";
    N: "n", "样本数";
    NIs: "n = {}", "n = {}";
    Before: "Period before", "上期";
    NBefore: "n before", "上期样本数";
    Change: "Change", "变化";
    ChangeIs: "{} since the period before.", "较上期 {}。";
    ChangeUnknown: "Change unknown.", "变化未知。";
    Changed: "More than chance explains.", "超出偶然波动。";
    WithinChance: "Chance alone may move it as far.", "在偶然波动范围之内。";
    IntervalOfChange: "Interval of the change", "变化的区间";
    AdjustedP: "Adjusted p-value", "校正后 p 值";
    IsChanged: "Changed", "显著变化";
    Target: "Target", "目标";
    Status: "Status", "达成情况";
    ThisPeriod: "This period", "本期";
    PeriodBefore: "Period before", "上期";

    // Customer equity.
    EquityBySegment: "Customer equity by segment", "各细分市场的客户资产";
    EquityBySegmentText: "The sum of the lifetime values of the customers of each segment.",
        "各细分市场客户终身价值之和。";
    CustomerEquity: "Customer equity", "客户资产";
    MeanClv: "Mean lifetime value", "平均终身价值";
    CustomersValued: "Customers valued", "已估值客户";
    Customers: "Customers", "客户数";
    ExpectedAlive: "Expected still customers", "预期仍活跃客户";
    RepeatCustomers: "Customers who bought again", "重复购买客户";
    RepurchaseRate: "Repurchase rate", "重复购买率";
    Platinum: "Platinum", "铂金层";
    Gold: "Gold", "黄金层";
    Iron: "Iron", "铁层";
    Lead: "Lead", "铅层";
    PurchaseModelIdentified: "Purchase model identified", "购买模型可识别";
    SpendModelIdentified: "Spend model identified", "消费模型可识别";
    Bridge: "From the start of the period to its end", "从期初到期末";
    BridgeText: "What has changed customer equity, step by step. The steps add up to the cent. The scale begins \
        above 0 where they would be too small to see.", "逐步说明客户资产的变化，各项之和与期末数分毫不差。变化过小时，坐标不从 0 开始。";
    EquityAtStart: "At the start", "期初";
    ModelChange: "Models", "模型变化";
    TimeChange: "Time", "时间推移";
    LostEquity: "Lost", "流失客户";
    ShrunkEquity: "Shrunk", "减值客户";
    GrownEquity: "Grown", "增值客户";
    AcquiredEquity: "Acquired", "新获客户";
    EquityAtEnd: "At the end", "期末";
    CustomersAtStart: "Customers at the start", "期初客户数";
    LostCustomers: "Lost customers", "流失客户数";
    ShrunkCustomers: "Shrunk customers", "减值客户数";
    GrownCustomers: "Grown customers", "增值客户数";
    AcquiredCustomers: "Acquired customers", "新获客户数";
    Reason: "Reason", "原因";

    // Loyalty.
    DickBasu: "Attitude and behaviour", "态度与行为";
    DickBasuText: "Loyal in what they say against loyal in what they do (Dick and Basu 1994).",
        "言语上的忠诚与行为上的忠诚（Dick 与 Basu 1994）。";
    JonesSasser: "Satisfaction and loyalty", "满意与忠诚";
    JonesSasserText: "Satisfied against loyal in what they say (Jones and Sasser 1995).",
        "满意与言语上的忠诚（Jones 与 Sasser 1995）。";
    HighAttitude: "loyal attitude", "态度忠诚";
    LowAttitude: "no loyal attitude", "态度不忠诚";
    HighBehaviour: "loyal behaviour", "行为忠诚";
    LowBehaviour: "no loyal behaviour", "行为不忠诚";
    Satisfied: "satisfied", "满意";
    Dissatisfied: "not satisfied", "不满意";
    CustomersIs: "{} customers", "{} 位客户";
    InNoCell: "{} customers are in no cell: {}.", "{} 位客户无法归类：{}。";
    Cell: "Cell", "类别";
    OfKnown: "Customers in any cell", "可归类客户";
    Share: "Share", "占比";
    Moves: "Moves between stages", "阶段转移";
    MovesText: "Of the customers at a stage at the start of the period (rows), the percentage at each stage at \
        its end (columns).", "期初处于某阶段（行）的客户中，期末处于各阶段（列）的百分比。";
    StageAtStart: "Stage at the start", "期初阶段";
    StageAtEnd: "Stage at the end", "期末阶段";

    // Cohorts.
    CohortMap: "Buyers of each cohort", "各群组的购买者";
    CohortMapText: "Of the customers won in a month (rows), the percentage that bought in a period (columns).",
        "某月新获客户（行）在各期（列）有购买的百分比。";
    Cohort: "Month of the first purchase", "首购月份";
    Buyers: "Buyers", "购买者";
    SpendToDate: "Spend to date", "累计消费额";
    SpendPerCustomer: "Spend per customer", "人均累计消费";

    // Drivers of satisfaction.
    Importance: "Importance", "重要性";
    ImportanceText: "What each driver adds to the explained share of the variance (Lindeman, Merenda and Gold \
        1980).", "各因素对方差解释份额的贡献（Lindeman、Merenda 与 Gold 1980）。";
    Coefficients: "Coefficients", "系数";
    CoefficientsText: "Points of satisfaction that go with a point of the driver, the others held.",
        "其他因素不变时，该因素每变动一分所对应的满意度分数。";
    Driver: "Driver", "驱动因素";
    Lmg: "Explained share", "解释份额";
    LmgShare: "Part of all that is explained", "占全部解释份额";
    Coefficient: "Coefficient", "系数";
    RSquared: "R²", "R²";
    NResponses: "Responses", "答卷数";
    Incomplete: "Incomplete responses", "不完整答卷";
    Flags: "To mind", "注意事项";
    Estimate: "Estimate", "估计值";

    // Models.
    Parameters: "Parameters of the models", "模型参数";
    Model: "Model", "模型";
    Parameter: "Parameter", "参数";
    StandardError: "Standard error", "标准误";
    Converged: "Converged", "已收敛";
    Identified: "Identified", "可识别";
    LogLikelihood: "Log-likelihood", "对数似然";
    Weeks: "Repeat purchases by week", "每周重复购买";
    WeeksText: "Repeat purchase days of each week against those that the model expects. The last week ends with \
        the period and may be shorter.", "每周实际重复购买日数与模型预期之比较。最后一周随本期结束，可能不足七天。";
    Week: "Week from", "周起始日";
    Actual: "Actual", "实际";
    Expected: "Expected", "预期";
    ActualSoFar: "Actual so far", "累计实际";
    ExpectedSoFar: "Expected so far", "累计预期";
    Deciles: "Calibration", "校准";
    DecilesText: "Purchase days of the period against those that the model of its start expected, by tenths of \
        the customers; the first tenth holds those of whom most was expected.",
        "本期购买日数与期初模型预期之比较，按客户十分位划分；第一组为预期最高的客户。";
    Decile: "Tenth", "十分位组";
    DecileIs: "Tenth {}", "第 {} 组";
    IntervalOfExpected: "95 % interval of what is expected", "预期的 95% 区间";

    // Concentration.
    Spreads: "Concentration of spend and lifetime value", "消费额与终身价值的集中度";
    Gini: "Gini coefficient", "基尼系数";
    Top20: "Best 20 % hold", "最优 20% 占";
    Top5: "Best 5 % hold", "最优 5% 占";
    Top1: "Best 1 % hold", "最优 1% 占";
    Top20Amount: "Best 20 % hold, amount", "最优 20% 金额";
    TotalAmount: "Total", "总额";
    CustomersFor80: "Customers who hold 80 %", "占 80% 的客户数";
    ShareFor80: "Their share of all", "其客户占比";
    Lorenz: "Lorenz curve", "洛伦兹曲线";
    LorenzText: "The share of the total (upwards) that the poorest customers hold, by their share of all \
        customers (to the right).", "最低端客户所占总额的份额（纵轴），按其客户占比（横轴）。";
    Equality: "All have the same", "完全平均";
    ShareOfCustomers: "Share of customers", "客户占比";
    ShareOfTotal: "Share of the total", "总额占比";
    PoorestCustomers: "Poorest customers", "最低端客户数";
    AmountSoFar: "Amount", "金额";

    // Data quality.
    Checks: "Checks", "检查";
    ChecksPassed: "The pipeline makes {} checks of its {} tables; nothing is published before all of those \
        that can stop a run have passed.", "该流水线对其表做 {} 项检查（共 {} 张表）；能中止运行的检查全部通过之后才会发布。";
    NothingWarned: "No rows are kept that broke a check that only warns.", "没有保留仅触发警告的数据行。";
    Warned: "Checks that warned", "触发警告的检查";
    Table: "Table", "表";
    Check: "Check", "检查";
    RowsThatBreakIt: "Rows that break it", "违反的行数";
    Rejects: "Rejected rows", "被拒绝的行";
    RejectsAre: "{} raw rows are kept as rejected, each with its reason.", "共保留 {} 行被拒绝的原始数据，每行均注明原因。";
    NoRejects: "No rejected rows are kept.", "没有保留被拒绝的行。";
    Source: "Source", "数据源";
    Column: "Column", "列";
    RejectedRows: "Rejected rows", "被拒绝的行数";
    Files: "Files", "文件数";

    // What is missing.
    MissingAre: "{} of the {} tables of the pipeline have no rows for this period.",
        "本期没有数据行的表：{} 张，共 {} 张。";
    HowItStands: "How it stands", "状态";
    Unpublished: "not published yet", "尚未发布";
    Empty: "empty", "为空";
    EmptyInPeriod: "empty in this period", "本期为空";
    Supply: "What would supply it", "所需数据";
    RunWouldSupply: "a run that publishes it", "发布该表的一次运行";
    RowsWouldSupply: "its inputs are mapped: rows that belong in it", "输入已映射，只需出现相应的数据行";
}

#[cfg(test)]
mod tests {
    use super::SAID;

    fn is_chinese(letter: char) -> bool {
        ('\u{4e00}'..='\u{9fff}').contains(&letter)
    }

    #[test]
    fn everything_is_said_in_both_languages() {
        for [english, chinese] in SAID {
            assert!(!english.is_empty() && !english.chars().any(is_chinese), "{english}");
            // Symbols are the same in all languages.
            let is_symbol = ["n = {}", "R²"].contains(english);
            assert!(chinese.chars().any(is_chinese) != is_symbol, "{english}: {chinese}");
            assert_eq!(english.matches("{}").count(), chinese.matches("{}").count(), "{english}");
        }
    }
}
