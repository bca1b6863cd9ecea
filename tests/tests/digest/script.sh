kubectl apply -f - <<'EOF'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: nginx:1.29
        ports:
        - containerPort: 80
        resources:
          requests:
            cpu: 200m
            memory: 64Mi
EOF
wait 10s
kubectl scale deployment web --replicas=12
wait 1500ms
kubectl set image deployment/web web=nginx:1.30
wait 45s
kubectl create namespace other
kubectl run lone --image=busybox -n other --restart=Never -- sh -c 'sleep 3; exit 1'
fault node worker2 off
wait 400s
fault node worker2 on
wait 1m
seek -30s
undo
redo
kubectl rollout undo deployment/web
wait 2m
kubectl delete deployment web
kubectl delete namespace other
wait 1m
kubectl get pods -A -o yaml
