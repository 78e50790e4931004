"""Abbreviations of the field and what they are short for, so that either finds the other. Data; grown as text."""

_LINES = """
5xx: http server error 500 502 503 504
4xx: http client error 400 403 404
acl: access control list
api: interface
apiserver: api server
asg: auto scaling group
auth: authentication
az: availability zone
cdn: content delivery network
cert: certificate tls
certs: certificate tls
cidr: network address range
cm: configmap
cni: container network interface
conn: connection
cpu: processor
crd: custom resource definition
crashlooping: crash loop restart
crashloopbackoff: crash loop restart
cron: scheduled job
csi: container storage interface
db: database
ddos: denial of service attack
deploy: deployment release
dlq: dead letter queue
dns: domain name resolution
dos: denial of service attack
ebs: block storage volume
ec2: instance virtual machine
ecr: container registry image
efs: file system
eks: kubernetes cluster
elb: load balancer
err: error
etcd: key value quorum
fd: file descriptor
fs: filesystem disk
gc: garbage collection
gpu: graphics processor
ha: high availability
haproxy: proxy load balancer
hpa: horizontal pod autoscaler
iam: access permission role
inode: filesystem files
inodes: filesystem files
io: input output
iops: disk input output
k8s: kubernetes
kafka: broker queue
lb: load balancer
mem: memory
mgmt: management
mq: message queue
msg: message
mtls: certificate tls
nat: network address translation
netpol: network policy
nfs: network file system
nic: network interface
ns: namespace
ntp: clock time
oom: out of memory killed
oomkilled: out of memory killed
osd: ceph storage
ovn: network
p99: latency
p95: latency
pdb: pod disruption budget
pg: postgresql postgres database
pgbouncer: postgresql connection pool
postgres: postgresql database
prod: production
proxysql: mysql proxy
ps: process
psp: pod security policy
pv: persistent volume
pvc: persistent volume claim
pvs: persistent volume
pvcs: persistent volume claim
qps: requests rate
rds: database instance
redis: cache
repl: replication replica
req: request
rps: requests rate
rq: request
rto: recovery
s3: bucket object storage
sa: service account
sg: security group
sla: availability
slo: availability error budget
sli: availability
smtp: mail email
sql: database query
ssl: certificate tls
sts: statefulset
svc: service
tls: certificate
tsdb: time series database
ttl: expiry
vm: virtual machine
vmi: virtual machine instance
vms: virtual machine
vpc: network
wal: write ahead log
"""

SHORT_FOR: dict[str, tuple[str, ...]] = {
    short: tuple(words.split()) for short, words in (line.split(": ") for line in _LINES.split("\n") if line)
}
"""A lower-case abbreviation, and the words it is short for."""
