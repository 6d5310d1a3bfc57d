//! What the codes of tables are called, in both languages.

/// A code, its English and its Chinese name.
const NAMES: &[(&str, [&str; 2])] = &[
    // Segments.
    ("all", ["everybody", "全部客户"]),
    ("unknown", ["unknown", "未知"]),
    // Measures.
    ("customer_equity", ["Customer equity", "客户资产"]),
    ("mean_clv", ["Mean lifetime value", "平均终身价值"]),
    ("customers", ["Customers", "客户数"]),
    ("active_customers", ["Active customers", "活跃客户"]),
    ("retention_rate", ["Retention rate", "客户保持率"]),
    ("churn_rate", ["Churn rate", "客户流失率"]),
    ("repurchase_rate", ["Repurchase rate", "重复购买率"]),
    ("gross_revenue_retention", ["Gross revenue kept", "总收入保持率"]),
    ("net_revenue_retention", ["Net revenue kept", "净收入保持率"]),
    ("csat", ["Satisfied (CSAT)", "满意度 CSAT"]),
    ("nps", ["Net promoter score", "净推荐值 NPS"]),
    ("ces", ["Ease (CES)", "轻松度 CES"]),
    ("database_coverage", ["Database coverage", "数据库覆盖率"]),
    ("total_spend", ["Spend", "消费额"]),
    ("clv", ["Lifetime value", "终身价值"]),
    // Targets.
    ("met", ["met", "达成"]),
    ("missed", ["missed", "未达成"]),
    ("undecided", ["undecided", "未定"]),
    ("no_target", ["no target", "无目标"]),
    // Stages of a customer's life.
    ("not_yet", ["not yet", "尚未购买"]),
    ("new", ["new", "新客户"]),
    ("developing", ["developing", "成长"]),
    ("mature", ["mature", "成熟"]),
    ("reactivated", ["reactivated", "重新激活"]),
    ("declining", ["declining", "衰退"]),
    ("lapsed", ["lapsed", "流失"]),
    // Kinds of customers.
    ("true_loyalty", ["true loyalty", "绝对忠诚"]),
    ("latent_loyalty", ["latent loyalty", "潜在忠诚"]),
    ("spurious_loyalty", ["spurious loyalty", "惯性忠诚"]),
    ("no_loyalty", ["no loyalty", "非忠诚"]),
    ("apostle", ["apostles", "传道者"]),
    ("mercenary", ["mercenaries", "图利者"]),
    ("hostage", ["hostages", "囚禁者"]),
    ("defector", ["defectors", "破坏者"]),
    // Reasons.
    (
        "too_few_gaps",
        ["too few purchases to estimate who is active", "购买次数太少，无法判断是否活跃"],
    ),
    ("no_answer", ["no answer to a survey", "未答问卷"]),
    ("too_few_answers", ["too few answers to a survey", "问卷回答太少"]),
    ("no_model_at_start", ["nobody could be valued at the start", "期初无法估值"]),
    ("no_model_at_end", ["nobody can be valued at the end", "期末无法估值"]),
    // Drivers of satisfaction.
    ("quality", ["Quality", "质量"]),
    ("value", ["Value", "价值"]),
    ("ease", ["Ease", "轻松度"]),
    // Models.
    ("mbgnbd", ["MBG/NBD", "MBG/NBD"]),
    ("bgnbd", ["BG/NBD", "BG/NBD"]),
    ("pareto_nbd", ["Pareto/NBD", "Pareto/NBD"]),
    ("gamma_gamma", ["Gamma-Gamma", "Gamma-Gamma"]),
];

/// The names of a code, if it is one.
pub(super) fn named(code: &str) -> Option<[&'static str; 2]> {
    NAMES.iter().find(|(known, _)| *known == code).map(|(_, names)| *names)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{NAMES, named};

    #[test]
    fn a_code_has_one_name_in_each_language() {
        let codes: BTreeSet<&str> = NAMES.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes.len(), NAMES.len());
        assert!(NAMES.iter().flat_map(|(_, names)| names).all(|name| !name.is_empty()));
    }

    /// The columns of tables that a page gives names for.
    const NAMED: [(&str, &[&str]); 5] = [
        ("scorecard/fact_kpi", &["kpi", "status"]),
        ("loyalty/fact_loyalty_transition", &["stage_at_start", "stage_at_end"]),
        (
            "loyalty/fact_customer_kind",
            &["loyalty_quadrant", "loyalty_quadrant_reason", "jones_sasser", "jones_sasser_reason"],
        ),
        ("equity/fact_equity_bridge", &["bridge_reason"]),
        ("equity/fact_model", &["model"]),
    ];

    #[test]
    fn every_value_that_a_table_may_have_has_a_name() {
        let marts = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("marts");
        for (table, columns) in NAMED {
            let text = std::fs::read_to_string(marts.join(format!("{table}.yaml"))).unwrap();
            for column in columns {
                let start = format!("accepted_values: {{column: {column}, values: [");
                let (_, rest) = text.split_once(&start).unwrap_or_else(|| panic!("{column}"));
                let values = rest.split_once(']').unwrap().0;
                for value in values.split(", ") {
                    assert!(named(value).is_some(), "{table}.{column}: no name for `{value}`");
                }
            }
        }
    }
}
