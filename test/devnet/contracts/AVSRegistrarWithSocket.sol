// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stands for AVSRegistrar and AVSRegistrarWithSocket of eigenlayer-middleware 7b77195: the registrar of an AVS whose
// operators have their keys in the KeyRegistrar. data is abi.encode(string socket), and ignored where no socket is kept.
// Enforced: only the AllocationManager calls; in each set the key comes before the membership.
//
// Left out: the allow-list variant, proxies.

import {IAllocationManager, IKeyRegistrar, IPermissionController} from "./CoreInterfaces.sol";
import {OperatorSet} from "./OperatorSetTypes.sol";
import {Permissioned} from "./Permissioned.sol";

contract AVSRegistrar is Permissioned {
    error NotAllocationManager();
    error KeyNotRegistered();

    event OperatorRegistered(address indexed operator, uint32[] operatorSetIds);
    event OperatorDeregistered(address indexed operator, uint32[] operatorSetIds);

    address public immutable avs;
    IAllocationManager public immutable allocationManager;
    IKeyRegistrar public immutable keyRegistrar;

    modifier onlyAllocationManager() {
        if (msg.sender != address(allocationManager)) revert NotAllocationManager();
        _;
    }

    constructor(
        address avs_,
        IPermissionController permissionController_,
        IAllocationManager allocationManager_,
        IKeyRegistrar keyRegistrar_
    ) Permissioned(permissionController_) {
        avs = avs_;
        allocationManager = allocationManager_;
        keyRegistrar = keyRegistrar_;
    }

    function registerOperator(address operator, address, uint32[] calldata operatorSetIds, bytes calldata data)
        external
        onlyAllocationManager
    {
        for (uint256 i = 0; i < operatorSetIds.length; i++) {
            bool hasKey = keyRegistrar.isRegistered(OperatorSet(avs, operatorSetIds[i]), operator);
            if (!hasKey) revert KeyNotRegistered();
        }
        _keep(operator, data);
        emit OperatorRegistered(operator, operatorSetIds);
    }

    function deregisterOperator(address operator, address, uint32[] calldata operatorSetIds)
        external
        onlyAllocationManager
    {
        emit OperatorDeregistered(operator, operatorSetIds);
    }

    function supportsAVS(address avs_) external view returns (bool) {
        return avs_ == avs;
    }

    /// What is kept of data.
    function _keep(address operator, bytes calldata data) internal virtual {}
}

contract AVSRegistrarWithSocket is AVSRegistrar {
    event OperatorSocketSet(address indexed operator, string socket);

    mapping(address operator => string) public getOperatorSocket;

    constructor(
        address avs_,
        IPermissionController permissionController_,
        IAllocationManager allocationManager_,
        IKeyRegistrar keyRegistrar_
    ) AVSRegistrar(avs_, permissionController_, allocationManager_, keyRegistrar_) {}

    function updateSocket(address operator, string calldata socket) external checkCanCall(operator) {
        _setSocket(operator, socket);
    }

    function _keep(address operator, bytes calldata data) internal override {
        _setSocket(operator, abi.decode(data, (string)));
    }

    function _setSocket(address operator, string memory socket) private {
        getOperatorSocket[operator] = socket;
        emit OperatorSocketSet(operator, socket);
    }
}
