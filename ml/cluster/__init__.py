"""Parts as deployments of Ray Serve: replicas in processes of their own, on one machine or many.

`replicas` is what runs there, `handles` what stands for it here, `serving` starts and ends it. They need
requirements-ray.txt.
"""
