//! Fields of upstream's internal types, in Go's order.
//!
//! *Models*: `pkg/apis/core/types.go`, `pkg/apis/apps/types.go`.
//! *Invariants*: a field is `json`, then `:s` for a text, `:n` for a number, `:b` for a boolean that is
//! no pointer, then `=Type` if it holds a type of this table.
//! *Not modelled*: the insides of rare volume sources.

use apimachinery::Value;

const TYPES: &str = "
PodSpec volumes=Volume initContainers=Container containers=Container ephemeralContainers=EphemeralContainer restartPolicy:s terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy:s nodeSelector=- serviceAccountName:s automountServiceAccountToken nodeName:s securityContext=PodSecurityContext imagePullSecrets=LocalObjectReference hostname:s subdomain:s setHostnameAsFQDN affinity=Affinity schedulerName:s tolerations=Toleration hostAliases=HostAlias priorityClassName:s priority preemptionPolicy dnsConfig=PodDNSConfig readinessGates=PodReadinessGate runtimeClassName overhead=- enableServiceLinks topologySpreadConstraints=TopologySpreadConstraint os=PodOS schedulingGates=PodSchedulingGate resourceClaims=PodResourceClaim resources=ResourceRequirements hostnameOverride schedulingGroup=PodSchedulingGroup
Container name:s image:s command args workingDir:s ports=ContainerPort envFrom=EnvFromSource env=EnvVar resources:r=ResourceRequirements resizePolicy=ContainerResizePolicy restartPolicy restartPolicyRules=ContainerRestartRule volumeMounts=VolumeMount volumeDevices=VolumeDevice livenessProbe=Probe readinessProbe=Probe startupProbe=Probe lifecycle=Lifecycle terminationMessagePath:s terminationMessagePolicy:s imagePullPolicy:s securityContext=SecurityContext stdin:b stdinOnce:b tty:b
EphemeralContainer name:s image:s command args workingDir:s ports=ContainerPort envFrom=EnvFromSource env=EnvVar resources:r=ResourceRequirements resizePolicy=ContainerResizePolicy restartPolicy restartPolicyRules=ContainerRestartRule volumeMounts=VolumeMount volumeDevices=VolumeDevice livenessProbe=Probe readinessProbe=Probe startupProbe=Probe lifecycle=Lifecycle terminationMessagePath:s terminationMessagePolicy:s imagePullPolicy:s securityContext=SecurityContext stdin:b stdinOnce:b tty:b targetContainerName:s
ContainerPort name:s hostPort:n containerPort:n protocol:s hostIP:s
EnvFromSource prefix:s configMapRef=EnvReference secretRef=EnvReference
EnvReference name:s optional
EnvVar name:s value:s valueFrom=EnvVarSource
EnvVarSource fieldRef=ObjectFieldSelector resourceFieldRef=ResourceFieldSelector configMapKeyRef=KeySelector secretKeyRef=KeySelector fileKeyRef=FileKeySelector
ObjectFieldSelector apiVersion:s fieldPath:s
ResourceFieldSelector containerName:s resource:s divisor:q
KeySelector name:s key:s optional
FileKeySelector volumeName:s path:s key:s optional
ResourceRequirements limits=- requests=- claims=ResourceClaim
ResourceClaim name:s request:s
ContainerResizePolicy resourceName:s restartPolicy:s
ContainerRestartRule action:s exitCodes=ContainerRestartRuleOnExitCodes
ContainerRestartRuleOnExitCodes operator:s values
VolumeMount name:s readOnly:b recursiveReadOnly mountPath:s subPath:s mountPropagation subPathExpr:s
VolumeDevice name:s devicePath:s
Probe exec=ExecAction httpGet=HTTPGetAction tcpSocket=TCPSocketAction grpc=GRPCAction initialDelaySeconds:n timeoutSeconds:n periodSeconds:n successThreshold:n failureThreshold:n terminationGracePeriodSeconds
Lifecycle postStart=LifecycleHandler preStop=LifecycleHandler stopSignal
LifecycleHandler exec=ExecAction httpGet=HTTPGetAction tcpSocket=TCPSocketAction sleep=SleepAction
ExecAction command
HTTPGetAction path:s port:n host:s scheme:s httpHeaders=NameAndValue
NameAndValue name:s value:s
TCPSocketAction port:n host:s
GRPCAction port:n service
SleepAction seconds:n
SecurityContext capabilities=Capabilities privileged seLinuxOptions=SELinuxOptions windowsOptions=WindowsSecurityContextOptions runAsUser runAsGroup runAsNonRoot readOnlyRootFilesystem allowPrivilegeEscalation procMount seccompProfile=Profile appArmorProfile=Profile
PodSecurityContext hostNetwork:b hostPID:b hostIPC:b shareProcessNamespace hostUsers seLinuxOptions=SELinuxOptions windowsOptions=WindowsSecurityContextOptions runAsUser runAsGroup runAsNonRoot supplementalGroups supplementalGroupsPolicy fsGroup fsGroupChangePolicy sysctls=NameAndValue seccompProfile=Profile appArmorProfile=Profile seLinuxChangePolicy
Capabilities add drop
SELinuxOptions user:s role:s type:s level:s
WindowsSecurityContextOptions gmsaCredentialSpecName gmsaCredentialSpec runAsUserName hostProcess
Profile type:s localhostProfile
LocalObjectReference name:s
Affinity nodeAffinity=NodeAffinity podAffinity=PodAffinity podAntiAffinity=PodAffinity
NodeAffinity requiredDuringSchedulingIgnoredDuringExecution=NodeSelector preferredDuringSchedulingIgnoredDuringExecution=PreferredSchedulingTerm
NodeSelector nodeSelectorTerms=NodeSelectorTerm
NodeSelectorTerm matchExpressions=NodeSelectorRequirement matchFields=NodeSelectorRequirement
NodeSelectorRequirement key:s operator:s values
PreferredSchedulingTerm weight:n preference=NodeSelectorTerm
PodAffinity requiredDuringSchedulingIgnoredDuringExecution=PodAffinityTerm preferredDuringSchedulingIgnoredDuringExecution=WeightedPodAffinityTerm
WeightedPodAffinityTerm weight:n podAffinityTerm=PodAffinityTerm
PodAffinityTerm labelSelector=- namespaces topologyKey:s namespaceSelector=- matchLabelKeys mismatchLabelKeys
Toleration key:s operator:s value:s effect:s tolerationSeconds
HostAlias ip:s hostnames
PodDNSConfig nameservers searches options=PodDNSConfigOption
PodDNSConfigOption name:s value
PodReadinessGate conditionType:s
TopologySpreadConstraint maxSkew:n topologyKey:s whenUnsatisfiable:s labelSelector=- minDomains nodeAffinityPolicy nodeTaintsPolicy matchLabelKeys
PodOS name:s
PodSchedulingGate name:s
PodResourceClaim name:s resourceClaimName resourceClaimTemplateName
PodSchedulingGroup podGroupName
Volume name:s hostPath=HostPath emptyDir=EmptyDir gcePersistentDisk awsElasticBlockStore gitRepo secret=SecretVolume nfs=NFS iscsi glusterfs persistentVolumeClaim=PersistentVolumeClaim rbd quobyte flexVolume cinder cephfs flocker downwardAPI=DownwardAPI fc azureFile configMap=ConfigMapVolume vsphereVolume azureDisk photonPersistentDisk projected=Projected portworxVolume scaleIO storageos csi ephemeral image
HostPath path:s type
EmptyDir medium:s sizeLimit
SecretVolume secretName:s items=KeyToPath defaultMode optional
ConfigMapVolume name:s items=KeyToPath defaultMode optional
NFS server:s path:s readOnly:b
PersistentVolumeClaim claimName:s readOnly:b
DownwardAPI items=DownwardAPIVolumeFile defaultMode
DownwardAPIVolumeFile path:s fieldRef=ObjectFieldSelector resourceFieldRef=ResourceFieldSelector mode
Projected sources=VolumeProjection defaultMode
VolumeProjection secret=Projection downwardAPI=DownwardAPIProjection configMap=Projection serviceAccountToken=ServiceAccountToken clusterTrustBundle podCertificate
Projection name:s items=KeyToPath optional
DownwardAPIProjection items=DownwardAPIVolumeFile
ServiceAccountToken audience:s expirationSeconds:n path:s
KeyToPath key:s path:s mode
DeploymentStrategy type:s rollingUpdate=RollingUpdate
RollingUpdate maxUnavailable maxSurge
";

/// Names of which more than the first letter differs.
const NAMES: &[(&str, &str)] = &[
    ("apiVersion", "APIVersion"),
    ("awsElasticBlockStore", "AWSElasticBlockStore"),
    ("cephfs", "CephFS"),
    ("csi", "CSI"),
    ("dnsConfig", "DNSConfig"),
    ("dnsPolicy", "DNSPolicy"),
    ("fc", "FC"),
    ("fsGroup", "FSGroup"),
    ("fsGroupChangePolicy", "FSGroupChangePolicy"),
    ("gcePersistentDisk", "GCEPersistentDisk"),
    ("gmsaCredentialSpec", "GMSACredentialSpec"),
    ("gmsaCredentialSpecName", "GMSACredentialSpecName"),
    ("grpc", "GRPC"),
    ("httpGet", "HTTPGet"),
    ("httpHeaders", "HTTPHeaders"),
    ("ip", "IP"),
    ("iscsi", "ISCSI"),
    ("nfs", "NFS"),
    ("os", "OS"),
    ("rbd", "RBD"),
    ("seLinuxChangePolicy", "SELinuxChangePolicy"),
    ("seLinuxOptions", "SELinuxOptions"),
    ("storageos", "StorageOS"),
    ("tcpSocket", "TCPSocket"),
    ("tty", "TTY"),
];

/// One field of a type.
pub struct Field {
    pub json: &'static str,
    /// Of what it holds; empty if that is no struct.
    pub type_name: &'static str,
    zero: &'static str,
}

impl Field {
    /// What Go shows if nobody set it.
    pub fn zero(&self) -> Value {
        match self.zero {
            "s" => Value::str(""),
            "n" => Value::from(0),
            "b" => Value::from(false),
            "q" => Value::str("0"),
            "r" => super::show(self.type_name, &Value::Map(apimachinery::Map::new())),
            _ => Value::Null,
        }
    }
}

/// Fields of a type, in Go's order.
pub fn find(type_name: &str) -> Option<Vec<Field>> {
    let line = TYPES.lines().find_map(|line| {
        let (name, fields) = line.split_once(' ')?;
        (name == type_name).then_some(fields)
    })?;
    let field = |text: &'static str| {
        let (name, type_name) = text.split_once('=').unwrap_or((text, "-"));
        let (json, zero) = name.split_once(':').unwrap_or((name, ""));
        Field {
            json,
            type_name,
            zero,
        }
    };
    Some(line.split(' ').map(field).collect())
}

/// True of what has no Go names: maps, and types that are written by their JSON names.
pub fn is_plain(type_name: &str) -> bool {
    type_name == "-"
}

pub fn go_name(json: &str) -> String {
    match NAMES.iter().find(|(name, _)| *name == json) {
        Some((_, go)) => (*go).to_owned(),
        None => {
            let mut letters = json.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(letters).collect()
            })
        }
    }
}
