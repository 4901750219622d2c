{{/* Rights on the one webhook configuration: (dict "root" $ "component" "…" "account" "if another one" "verbs" (list …)) */}}
{{- define "scangate.webhookAccess" -}}
{{- $fullname := include "scangate.fullname" .root -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
{{ include "scangate.metadata" (dict "root" .root "name" (printf "%s-%s" $fullname .component) "cluster" true) }}
rules:
  - apiGroups: [admissionregistration.k8s.io]
    resources: [validatingwebhookconfigurations]
    resourceNames: [{{ $fullname }}]
    verbs: [{{ join ", " .verbs }}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
{{ include "scangate.metadata" (dict "root" .root "name" (printf "%s-%s" $fullname .component) "cluster" true) }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ $fullname }}-{{ .component }}
subjects:
  - kind: ServiceAccount
    name: {{ default (printf "%s-%s" $fullname .component) .account }}
    namespace: {{ .root.Release.Namespace }}
{{- end -}}
