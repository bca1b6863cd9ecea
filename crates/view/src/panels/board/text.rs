//! The board as text, for golden tests.

use super::{Board, PodGroup, PodRow};

impl Board {
    /// One line a zone, a node, a pod.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        if self.unscheduled.total > 0 {
            text.push_str("unscheduled\n");
            group(&mut text, &self.unscheduled);
        }
        for zone in &self.zones {
            text.push_str(&format!("{}\n", zone.name));
            for node in &zone.nodes {
                let bars: Vec<String> = node
                    .resources
                    .iter()
                    .map(|bar| format!("{} {}", bar.name, bar.text))
                    .collect();
                text.push_str(&format!(
                    "  {} {} {}\n",
                    node.name,
                    node.status,
                    bars.join(" ")
                ));
                group(&mut text, &node.pods);
                if node.system > 0 {
                    text.push_str(&format!("    kube-system {}\n", node.system));
                }
            }
        }
        if self.nodes_more > 0 {
            text.push_str(&format!("+{} nodes\n", self.nodes_more));
        }
        text
    }
}

fn group(text: &mut String, group: &PodGroup) {
    group
        .shown
        .iter()
        .for_each(|(_, pod)| text.push_str(&line(pod)));
    if group.more() > 0 {
        let counts: Vec<String> = group
            .counts
            .iter()
            .map(|(mark, count)| format!("{count} {}", mark.word()))
            .collect();
        text.push_str(&format!("    +{}: {}\n", group.more(), counts.join(", ")));
    }
}

fn line(pod: &PodRow) -> String {
    let line = format!(
        "    {} {:?} {} {}",
        pod.name, pod.mark, pod.status, pod.note
    );
    format!("{}\n", line.trim_end())
}
