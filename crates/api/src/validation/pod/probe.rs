//! Probes and lifecycle handlers.
//!
//! *Models*: `pkg/apis/core/validation/validation.go (validateProbe, validateHandler, validateLifecycle)`.
//! *Invariants*: errors come in upstream's order.
//! *Not modelled*: nothing.

use apimachinery::validation::{is_http_header_name, is_valid_port_name};
use apimachinery::{ErrorList, FieldError, FieldPath, IntOrString};

use super::super::{in_range, invalid_all, nonnegative, supported};
use super::{Context, PodValidationOptions};
use crate::core::{
    Container, ExecAction, GRPCAction, HTTPGetAction, Lifecycle, Probe, SleepAction,
    TCPSocketAction,
};

// kubernetes: supportedStopSignalsLinux
const SIGNALS: [&str; 65] = [
    "SIGABRT",
    "SIGALRM",
    "SIGBUS",
    "SIGCHLD",
    "SIGCLD",
    "SIGCONT",
    "SIGFPE",
    "SIGHUP",
    "SIGILL",
    "SIGINT",
    "SIGIO",
    "SIGIOT",
    "SIGKILL",
    "SIGPIPE",
    "SIGPOLL",
    "SIGPROF",
    "SIGPWR",
    "SIGQUIT",
    "SIGRTMAX",
    "SIGRTMAX-1",
    "SIGRTMAX-10",
    "SIGRTMAX-11",
    "SIGRTMAX-12",
    "SIGRTMAX-13",
    "SIGRTMAX-14",
    "SIGRTMAX-2",
    "SIGRTMAX-3",
    "SIGRTMAX-4",
    "SIGRTMAX-5",
    "SIGRTMAX-6",
    "SIGRTMAX-7",
    "SIGRTMAX-8",
    "SIGRTMAX-9",
    "SIGRTMIN",
    "SIGRTMIN+1",
    "SIGRTMIN+10",
    "SIGRTMIN+11",
    "SIGRTMIN+12",
    "SIGRTMIN+13",
    "SIGRTMIN+14",
    "SIGRTMIN+15",
    "SIGRTMIN+2",
    "SIGRTMIN+3",
    "SIGRTMIN+4",
    "SIGRTMIN+5",
    "SIGRTMIN+6",
    "SIGRTMIN+7",
    "SIGRTMIN+8",
    "SIGRTMIN+9",
    "SIGSEGV",
    "SIGSTKFLT",
    "SIGSTOP",
    "SIGSYS",
    "SIGTERM",
    "SIGTRAP",
    "SIGTSTP",
    "SIGTTIN",
    "SIGTTOU",
    "SIGURG",
    "SIGUSR1",
    "SIGUSR2",
    "SIGVTALRM",
    "SIGWINCH",
    "SIGXCPU",
    "SIGXFSZ",
];

/// What may be run: the union of probe and lifecycle handlers.
#[derive(Clone, Copy, Default)]
pub struct Handler<'a> {
    pub exec: Option<&'a ExecAction>,
    pub http_get: Option<&'a HTTPGetAction>,
    pub tcp_socket: Option<&'a TCPSocketAction>,
    pub grpc: Option<&'a GRPCAction>,
    pub sleep: Option<&'a SleepAction>,
}

pub(super) fn validate_probes(
    container: &Container,
    cx: &Context<'_>,
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    for (probe, field) in [
        (&container.liveness_probe, "livenessProbe"),
        (&container.readiness_probe, "readinessProbe"),
        (&container.startup_probe, "startupProbe"),
    ] {
        let Some(probe) = probe else { continue };
        let path = path.child(field);
        validate_probe(probe, cx.grace, &path, cx.options, errors);
        if field == "readinessProbe" {
            if let Some(seconds) = probe.termination_grace_period_seconds {
                let detail = "must not be set for readinessProbes";
                errors.push(FieldError::invalid(
                    &path.child("terminationGracePeriodSeconds"),
                    seconds,
                    detail,
                ));
            }
        } else if probe.success_threshold != 1 {
            errors.push(FieldError::invalid(
                &path.child("successThreshold"),
                probe.success_threshold,
                "must be 1",
            ));
        }
    }
}

// fixture: validation core.validateProbe
pub fn validate_probe(
    probe: &Probe,
    grace: i64,
    path: &FieldPath,
    options: &PodValidationOptions,
    errors: &mut ErrorList,
) {
    let handler = Handler {
        exec: probe.exec.as_ref(),
        http_get: probe.http_get.as_ref(),
        tcp_socket: probe.tcp_socket.as_ref(),
        grpc: probe.grpc.as_ref(),
        sleep: None,
    };
    validate_handler(handler, grace, path, options, errors);
    for (value, field) in [
        (probe.initial_delay_seconds, "initialDelaySeconds"),
        (probe.timeout_seconds, "timeoutSeconds"),
        (probe.period_seconds, "periodSeconds"),
        (probe.success_threshold, "successThreshold"),
        (probe.failure_threshold, "failureThreshold"),
    ] {
        nonnegative(i64::from(value), &path.child(field), errors);
    }
    if let Some(seconds) = probe
        .termination_grace_period_seconds
        .filter(|seconds| *seconds <= 0)
    {
        errors.push(FieldError::invalid(
            &path.child("terminationGracePeriodSeconds"),
            seconds,
            "must be greater than 0",
        ));
    }
}

/// Exactly one way to run it.
// fixture: validation core.validateHandler
pub fn validate_handler(
    handler: Handler<'_>,
    grace: i64,
    path: &FieldPath,
    options: &PodValidationOptions,
    errors: &mut ErrorList,
) {
    let mut found = 0;
    let mut next = |field: &'static str, errors: &mut ErrorList| {
        found += 1;
        let path = path.child(field);
        if found > 1 {
            errors.push(FieldError::forbidden(
                &path,
                "may not specify more than 1 handler type",
            ));
        }
        (found == 1).then_some(path)
    };
    if let Some(exec) = handler.exec
        && let Some(path) = next("exec", errors)
        && exec.command.is_empty()
    {
        errors.push(FieldError::required(&path.child("command"), ""));
    }
    if let Some(get) = handler.http_get
        && let Some(path) = next("httpGet", errors)
    {
        http_get(get, &path, errors);
    }
    if let Some(socket) = handler.tcp_socket
        && let Some(path) = next("tcpSocket", errors)
    {
        port(&socket.port, &path.child("port"), errors);
    }
    if let Some(grpc) = handler.grpc
        && let Some(path) = next("grpc", errors)
    {
        in_range(i64::from(grpc.port), 1, 65535, &path.child("port"), errors);
    }
    if let Some(sleep) = handler.sleep
        && let Some(path) = next("sleep", errors)
    {
        validate_sleep(sleep, grace, &path, options, errors);
    }
    if found == 0 {
        errors.push(FieldError::required(path, "must specify a handler type"));
    }
}

// fixture: validation core.validateSleepAction
pub fn validate_sleep(
    sleep: &SleepAction,
    grace: i64,
    path: &FieldPath,
    options: &PodValidationOptions,
    errors: &mut ErrorList,
) {
    if !options.sleep_of_zero && (sleep.seconds <= 0 || sleep.seconds > grace) {
        let detail = format!(
            "must be greater than 0 and less than terminationGracePeriodSeconds ({grace}). Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep."
        );
        errors.push(FieldError::invalid(path, sleep.seconds, detail));
    } else if sleep.seconds < 0 || sleep.seconds > grace {
        let detail =
            format!("must be non-negative and less than terminationGracePeriodSeconds ({grace})");
        errors.push(FieldError::invalid(path, sleep.seconds, detail));
    }
}

fn http_get(get: &HTTPGetAction, path: &FieldPath, errors: &mut ErrorList) {
    if get.path.is_empty() {
        errors.push(FieldError::required(&path.child("path"), ""));
    }
    port(&get.port, &path.child("port"), errors);
    supported(
        &get.scheme,
        &["HTTP", "HTTPS"],
        &path.child("scheme"),
        errors,
    );
    for header in &get.http_headers {
        invalid_all(
            &header.name,
            is_http_header_name(&header.name),
            &path.child("httpHeaders"),
            errors,
        );
    }
}

fn port(port: &IntOrString, path: &FieldPath, errors: &mut ErrorList) {
    match port {
        IntOrString::Int(number) => in_range(i64::from(*number), 1, 65535, path, errors),
        IntOrString::Str(name) => invalid_all(name, is_valid_port_name(name), path, errors),
    }
}

pub(super) fn validate_lifecycle(
    lifecycle: Option<&Lifecycle>,
    cx: &Context<'_>,
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    let Some(lifecycle) = lifecycle else { return };
    for (handler, field) in [
        (&lifecycle.post_start, "postStart"),
        (&lifecycle.pre_stop, "preStop"),
    ] {
        let Some(h) = handler else { continue };
        let handler = Handler {
            exec: h.exec.as_ref(),
            http_get: h.http_get.as_ref(),
            tcp_socket: h.tcp_socket.as_ref(),
            grpc: None,
            sleep: h.sleep.as_ref(),
        };
        validate_handler(handler, cx.grace, &path.child(field), cx.options, errors);
    }
    if let Some(signal) = &lifecycle.stop_signal {
        let os = cx.spec.os.as_ref().map(|os| &*os.name);
        validate_stop_signal(signal, os, &path.child("stopSignal"), errors);
    }
}

/// The signal that asks a container to stop.
// fixture: validation core.validateStopSignal
pub fn validate_stop_signal(
    signal: &str,
    os: Option<&str>,
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    match os {
        None | Some("") => {
            let detail = "may not be set for containers with empty `spec.os.name`";
            errors.push(FieldError::forbidden(path, detail));
        }
        Some("windows") => supported(signal, &["SIGKILL", "SIGTERM"], path, errors),
        Some(_) => supported(signal, &SIGNALS, path, errors),
    }
}
