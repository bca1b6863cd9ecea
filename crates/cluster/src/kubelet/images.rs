//! Image profiles: how large an image is, how long it takes to pull and start, what it runs and prints.
//!
//! *Models*: what a registry and a container runtime would do with well-known images.
//! *Invariants*: constant data and pure functions; an image that is not in the table behaves as a generic server.
//! *Not modelled*: layers shared by images, registries' rate limits, architectures.

use core::time::Duration;
use engine::hash_str;

/// How an image's own program behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// Serves for ever; ends with 0 when told to stop.
    Server,
    /// Serves for ever, but as process 1 without a handler it does not react to SIGTERM.
    Deaf,
    /// Does one thing and ends with 0 after this many milliseconds.
    Once(u32),
    /// A shell or interpreter: ends at once without a terminal, runs what it is told otherwise.
    Shell,
}

/// What is known about an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Last part of the repository, or several parts joined by `/`.
    pub name: &'static str,
    pub size_bytes: u64,
    pub pull_ms: u32,
    pub start_ms: u32,
    /// Ports that something listens on.
    pub ports: &'static [u16],
    pub program: Program,
    /// The image has an entry point that takes arguments for itself.
    pub entrypoint: bool,
    /// What it prints when it starts.
    pub log: &'static [&'static str],
}

/// An image nobody knows: a server that listens wherever it is asked.
pub const GENERIC: Profile = profile("", 72_000_000, 500, 20, &[], Program::Server);

const fn profile(
    name: &'static str,
    size_bytes: u64,
    pull_ms: u32,
    start_ms: u32,
    ports: &'static [u16],
    program: Program,
) -> Profile {
    Profile {
        name,
        size_bytes,
        pull_ms,
        start_ms,
        ports,
        program,
        entrypoint: true,
        log: &[],
    }
}

const fn shell(name: &'static str, size_bytes: u64, pull_ms: u32) -> Profile {
    let mut profile = profile(name, size_bytes, pull_ms, 20, &[], Program::Shell);
    profile.entrypoint = false;
    profile
}

const fn says(mut profile: Profile, log: &'static [&'static str]) -> Profile {
    profile.log = log;
    profile
}

const NGINX_LOG: &[&str] = &[
    "/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration",
    "/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/",
    "/docker-entrypoint.sh: Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh",
    "10-listen-on-ipv6-by-default.sh: info: Getting the checksum of /etc/nginx/conf.d/default.conf",
    "10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf",
    "/docker-entrypoint.sh: Sourcing /docker-entrypoint.d/15-local-resolvers.envsh",
    "/docker-entrypoint.sh: Launching /docker-entrypoint.d/20-envsubst-on-templates.sh",
    "/docker-entrypoint.sh: Launching /docker-entrypoint.d/30-tune-worker-processes.sh",
    "/docker-entrypoint.sh: Configuration complete; ready for start up",
];

const HELLO_WORLD_LOG: &[&str] = &[
    "",
    "Hello from Docker!",
    "This message shows that your installation appears to be working correctly.",
    "",
];

const REDIS_LOG: &[&str] = &[
    "1:C oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo",
    "1:C Warning: no config file specified, using the default config.",
    "1:M * Running mode=standalone, port=6379.",
    "1:M * Server initialized",
    "1:M * Ready to accept connections tcp",
];

const POSTGRES_LOG: &[&str] = &[
    "PostgreSQL init process complete; ready for start up.",
    "LOG:  listening on IPv4 address \"0.0.0.0\", port 5432",
    "LOG:  database system is ready to accept connections",
];

const MYSQL_LOG: &[&str] = &[
    "[Entrypoint]: Starting MySQL server",
    "[Server] /usr/sbin/mysqld: ready for connections.",
];

/// Every profile. A name with more parts is tried before one with fewer.
pub const PROFILES: &[Profile] = &[
    says(
        profile("nginx", 72_000_000, 500, 20, &[80], Program::Server),
        NGINX_LOG,
    ),
    profile("httpd", 58_000_000, 600, 20, &[80], Program::Server),
    says(
        profile("redis", 53_000_000, 500, 20, &[6379], Program::Server),
        REDIS_LOG,
    ),
    says(
        profile("postgres", 158_000_000, 1500, 500, &[5432], Program::Server),
        POSTGRES_LOG,
    ),
    says(
        profile(
            "mysql",
            236_000_000,
            2200,
            1000,
            &[3306, 33060],
            Program::Server,
        ),
        MYSQL_LOG,
    ),
    profile("mariadb", 112_000_000, 1200, 800, &[3306], Program::Server),
    profile("mongo", 268_000_000, 2500, 500, &[27017], Program::Server),
    profile("memcached", 32_000_000, 400, 20, &[11211], Program::Server),
    profile(
        "rabbitmq",
        103_000_000,
        1000,
        2000,
        &[5672, 15672],
        Program::Server,
    ),
    shell("busybox", 2_200_000, 500),
    shell("alpine", 3_600_000, 500),
    shell("ubuntu", 30_000_000, 3000),
    shell("debian", 49_000_000, 600),
    shell("bash", 6_600_000, 500),
    shell("python", 370_000_000, 3000),
    shell("node", 390_000_000, 3000),
    shell("perl", 336_000_000, 4000),
    shell("openjdk", 240_000_000, 2500),
    shell("curl", 9_500_000, 2000),
    profile(
        "network-multitool",
        24_000_000,
        3000,
        1000,
        &[80],
        Program::Server,
    ),
    says(
        profile("hello-world", 3_000, 300, 20, &[], Program::Once(10)),
        HELLO_WORLD_LOG,
    ),
    profile("http-echo", 4_500_000, 400, 20, &[5678], Program::Server),
    profile("whoami", 2_900_000, 2000, 1000, &[8080], Program::Server),
    profile("traefik/whoami", 2_900_000, 400, 20, &[80], Program::Server),
    profile(
        "kubia",
        250_000_000,
        3000,
        1000,
        &[8080, 8443],
        Program::Deaf,
    ),
    profile("kuard", 11_000_000, 400, 20, &[8080], Program::Server),
    profile("echoserver", 46_000_000, 600, 20, &[8080], Program::Server),
    profile("agnhost", 53_000_000, 600, 20, &[8080], Program::Server),
    profile("hello-app", 4_600_000, 400, 20, &[8080], Program::Server),
    profile("pause", 320_000, 200, 20, &[], Program::Server),
    profile("fluentd", 72_000_000, 500, 20, &[24224], Program::Server),
    profile("envoy", 72_000_000, 500, 20, &[10000], Program::Server),
    profile("traefik", 46_000_000, 500, 20, &[80, 8080], Program::Server),
    profile("prometheus", 98_000_000, 900, 200, &[9090], Program::Server),
    profile("grafana", 135_000_000, 1300, 800, &[3000], Program::Server),
    profile(
        "nginx-ingress-controller",
        100_000_000,
        5000,
        2000,
        &[80, 443],
        Program::Server,
    ),
    profile("member", 80_000_000, 3000, 1000, &[3001], Program::Server),
    profile(
        "recommend",
        80_000_000,
        3000,
        1000,
        &[3002],
        Program::Server,
    ),
];

/// The profile of an image name; [`GENERIC`] if nobody knows it.
pub fn profile_of(image: &str) -> &'static Profile {
    let repository = split(image).0;
    let fits = |profile: &&Profile| {
        repository == profile.name
            || repository
                .strip_suffix(profile.name)
                .is_some_and(|rest| rest.ends_with('/'))
    };
    PROFILES
        .iter()
        .filter(fits)
        .max_by_key(|profile| profile.name.matches('/').count())
        .unwrap_or(&GENERIC)
}

/// True if the table has the image.
pub fn is_known(image: &str) -> bool {
    profile_of(image) != &GENERIC
}

impl Profile {
    /// How long a pull takes; a repeated one only asks the registry for the digest.
    pub(super) fn pull(&self, present: bool) -> Duration {
        let full = Duration::from_millis(u64::from(self.pull_ms));
        if present {
            full.min(Duration::from_millis(500))
        } else {
            full
        }
    }

    pub(super) fn start(&self) -> Duration {
        Duration::from_millis(u64::from(self.start_ms))
    }
}

/// Repository and tag or digest (empty if none is given).
fn split(image: &str) -> (&str, &str) {
    if let Some((repository, digest)) = image.split_once('@') {
        return (split(repository).0, digest);
    }
    match image.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, tag),
        _ => (image, ""),
    }
}

/// Full name and digest name of an image, as containerd reports them.
pub(super) fn resolve(image: &str) -> (String, String) {
    let (repository, tag) = split(image);
    let first = repository.split('/').next().unwrap_or_default();
    let has_registry =
        repository.contains('/') && (first.contains(['.', ':']) || first == "localhost");
    let repository = match (has_registry, repository.contains('/')) {
        (true, _) => repository.to_string(),
        (false, true) => format!("docker.io/{repository}"),
        (false, false) => format!("docker.io/library/{repository}"),
    };
    let digest = match tag.strip_prefix("sha256:") {
        Some(digest) => digest.to_string(),
        None => {
            let part = |n: &str| hash_str(&[&repository, tag, n]);
            format!(
                "{:016x}{:016x}{:016x}{:016x}",
                part("0"),
                part("1"),
                part("2"),
                part("3")
            )
        }
    };
    let name = match tag {
        "" => format!("{repository}:latest"),
        digest if digest.starts_with("sha256:") => format!("{repository}@{digest}"),
        tag => format!("{repository}:{tag}"),
    };
    (name, format!("{repository}@sha256:{digest}"))
}

/// True if the text is no image reference at all.
// kubernetes: pkg/util/parsers (ParseImageName), distribution/reference
pub(super) fn is_invalid(image: &str) -> bool {
    let (repository, tag) = split(image);
    let path_start = repository
        .find('/')
        .filter(|at| repository[..*at].contains(['.', ':']))
        .map_or(0, |at| at + 1);
    let path = &repository[path_start..];
    let part_is_fine = |part: &str| {
        let edge =
            |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        let inner =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
        edge(part.chars().next()) && edge(part.chars().last()) && part.chars().all(inner)
    };
    let digest = tag.starts_with("sha256:");
    let tag_is_fine = digest
        || (tag.len() <= 128
            && tag
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')));
    !path.split('/').all(part_is_fine) || !tag_is_fine || image.ends_with(':')
}

/// Words in a tag or name that say of themselves that there is no such image.
const MISSING: [&str; 8] = [
    "doesnotexist",
    "does-not-exist",
    "nonexistent",
    "non-existent",
    "notfound",
    "not-found",
    "no-such",
    "nosuch",
];

/// What the runtime says to a pull that cannot succeed; `None` if it can.
pub(super) fn pull_error(image: &str) -> Option<String> {
    let (repository, tag) = split(image);
    let missing = |text: &str| MISSING.iter().any(|word| text.contains(word));
    let name = resolve(image).0;
    // kubernetes: containerd's resolver (core/remotes/docker)
    if missing(repository) {
        let short = name
            .strip_prefix("docker.io/")
            .unwrap_or(&name)
            .split(':')
            .next()
            .unwrap_or_default();
        return Some(format!(
            "rpc error: code = Unknown desc = failed to pull and unpack image \"{name}\": failed to resolve reference \
             \"{name}\": pull access denied, repository does not exist or may require authorization: server message: \
             insufficient_scope: authorization failed: {short}"
        ));
    }
    (missing(tag) || tag == "nope").then(|| {
        format!(
            "rpc error: code = NotFound desc = failed to pull and unpack image \"{name}\": failed to resolve reference \
             \"{name}\": {name}: not found"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_resolve_as_containerd_does() {
        for (image, full) in [
            ("nginx", "docker.io/library/nginx:latest"),
            ("nginx:1.27", "docker.io/library/nginx:1.27"),
            ("hiondal/member:0.0.1", "docker.io/hiondal/member:0.0.1"),
            ("localhost:5000/a/b", "localhost:5000/a/b:latest"),
            ("registry.k8s.io/pause:3.10", "registry.k8s.io/pause:3.10"),
        ] {
            assert_eq!(resolve(image).0, full, "{image}");
        }
        assert_ne!(resolve("nginx:1.27").1, resolve("nginx:1.28").1);
    }

    #[test]
    fn profiles_are_found_by_the_end_of_the_repository() {
        assert_eq!(profile_of("docker.io/library/nginx:1.27").name, "nginx");
        assert_eq!(profile_of("traefik/whoami").name, "traefik/whoami");
        assert_eq!(profile_of("whoami:v1").name, "whoami");
        assert_eq!(
            profile_of("quay.io/x/nginx-ingress-controller:0.21.0").name,
            "nginx-ingress-controller"
        );
        assert_eq!(profile_of("mynginx"), &GENERIC);
    }

    #[test]
    fn bad_names_and_missing_tags() {
        assert!(
            is_invalid("Nginx")
                && is_invalid("nginx:")
                && is_invalid("a b")
                && is_invalid("nginx:la:test")
        );
        assert!(!is_invalid("nginx") && !is_invalid("REG.example:5000/a/b:v1_2"));
        let error = pull_error("nginx:does-not-exist").expect("the tag says so");
        assert_eq!(
            error,
            "rpc error: code = NotFound desc = failed to pull and unpack image \"docker.io/library/nginx:does-not-exist\": \
             failed to resolve reference \"docker.io/library/nginx:does-not-exist\": \
             docker.io/library/nginx:does-not-exist: not found"
        );
        assert_eq!(pull_error("nginx:1.27"), None);
    }
}
